// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs one training in its folder.
#pragma once

#include <denoiseae/log.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "train/checkpoint.h"
#include "train/config.h"
#include "train/differentiator.h"
#include "train/learner.h"
#include "train/run_report.h"
#include "train/stages.h"
#include "train/training_data.h"

namespace denoiseae {

/// The outcome of a run.
struct TrainResult {
  bool finished = false;  ///< false = stopped by request, checkpoint saved
  std::int64_t step = 0;
  double best_loss = 0;  ///< on the validation pictures
  double best_db = 0;    ///< the PSNR there, or the error of a noise map's levels
  std::int64_t best_step = 0;
  double pixels_per_second = 0;  ///< training throughput of this sitting in luma pixels
};

/// Trains and writes to the run folder: metrics.csv, loss.svg, samples.png, checkpoint/,
/// best.safetensors. Equal configurations give equal weights on the same kind of CPU and thread
/// count, also when a run is cut off and resumed.
class Trainer {
 public:
  /// Reads the pictures; continues from the folder's checkpoint if there is one. progress: called
  /// with a line of text about twice a second. Throws what loading throws.
  Trainer(const TrainConfig& config, const std::filesystem::path& run_folder, LogCallback log,
          LogCallback progress);

  /// Runs until all steps are done or stop becomes true. Throws engine_failure when the loss is not
  /// finite, unreadable when the disk is full; the last checkpoint stays.
  TrainResult run(const std::atomic<bool>& stop);

 private:
  /// Lets a stage begin if this is its first step.
  void enter_stage();
  /// Finds scales, and lets the network round with them, once the steps for that have come.
  void find_scales_when_due();
  void train_step(Batch& batch);
  /// Adds what the steps since the last call have lost to the progress. Throws engine_failure when
  /// that is not finite.
  void collect_losses();
  void save() const { learner_.save(folder_ / "checkpoint", progress_); }

  TrainConfig config_;
  std::filesystem::path folder_;
  LogCallback log_;
  LogCallback progress_log_;
  Learner learner_;
  Differentiator differentiator_;
  std::vector<TrainingStage> stages_;
  TrainingData data_;
  RunReport report_;
  Progress progress_;
  torch::Tensor losses_;  ///< the losses that are not yet in progress_, summed; undefined = none
};

}  // namespace denoiseae
