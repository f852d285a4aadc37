// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/log.h>

#include <chrono>
#include <vector>

#include "train/checkpoint.h"
#include "train/config.h"
#include "train/stages.h"

namespace denoiseae {

/// Tells how far a run has come, from the step on that this sitting begins with.
class ProgressLine {
 public:
  /// config and stages must outlive it. log: called with each line.
  ProgressLine(const TrainConfig& config, const std::vector<TrainingStage>& stages,
               const Progress& begin, LogCallback log);

  /// Returns the training throughput of this sitting in luma pixels.
  double pixels_per_second(const Progress& progress) const;
  /// Whether the last line is half a second old.
  bool is_due() const;
  void tell(const Progress& progress);

 private:
  const TrainConfig& config_;
  const std::vector<TrainingStage>& stages_;
  LogCallback log_;
  double pixels_before_;
  double seconds_before_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace denoiseae
