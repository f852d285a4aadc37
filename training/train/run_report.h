// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/log.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "report/metrics_log.h"
#include "train/config.h"
#include "train/learner.h"
#include "train/stages.h"
#include "train/training_data.h"
#include "train/validation.h"

namespace denoiseae {

/// Writes what a run tells of itself to its folder: metrics.csv, loss.svg, samples.png, and the
/// best weights in best.safetensors.
class RunReport {
 public:
  /// config must outlive it. Throws unreadable, and corrupt if the folder holds metrics of another
  /// kind.
  RunReport(const TrainConfig& config, const std::filesystem::path& folder, LogCallback log);

  /// Forgets what an earlier sitting reported after the checkpoint that the run goes on from.
  void cut_back(const Progress& progress);

  /// Validates and writes everything. Progress takes note of better weights, and counts losses
  /// anew. Throws unreadable.
  void write(Learner& learner, const TrainingData& data, const std::vector<TrainingStage>& stages,
             Progress& progress);

 private:
  void save_best(Learner& learner, const TrainingData& data, const ValidationResult& quality,
                 Progress& progress) const;
  nlohmann::json manifest_of(Learner& learner, const ValidationResult& quality,
                             const Progress& progress) const;
  /// Returns what metrics are counted by: epochs where there are some, else steps.
  std::int64_t count_of(const Progress& progress) const;

  const TrainConfig& config_;
  std::filesystem::path folder_;
  LogCallback log_;
  MetricsLog metrics_;
};

}  // namespace denoiseae
