// SPDX-License-Identifier: LGPL-2.1-or-later
// Saves and loads everything that a training needs to go on exactly where it was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/torch/graph_module.h"
#include "train/optimizer.h"

namespace denoiseae {

/// The part of a training's state that is neither weights nor the optimizer's moments.
struct Progress {
  std::int64_t step = 0;     ///< steps done
  double best_loss = 1e300;  ///< lowest validation loss
  double best_db = 0;        ///< quality_db of the validation at that step
  std::int64_t best_step = 0;
  double loss_sum = 0;  ///< sum of the losses since the last report
  std::int64_t loss_count = 0;
  double seconds = 0;  ///< spent in training steps, over all sittings
  std::string date;    ///< when the run was started
};

/// Writes one file beside the old one, syncs and renames it. average: of the weights; null = none.
/// Throws unreadable.
void save_checkpoint(const std::filesystem::path& folder, const GraphModule& network,
                     const GraphModule* average, const Optimizer& optimizer,
                     const Progress& progress);

/// Returns nothing when the folder holds no checkpoint. An average that the checkpoint does not
/// have begins with its weights. Throws corrupt, incompatible_model.
std::optional<Progress> load_checkpoint(const std::filesystem::path& folder, GraphModule& network,
                                        GraphModule* average, Optimizer& optimizer);

bool has_checkpoint(const std::filesystem::path& folder);

}  // namespace denoiseae
