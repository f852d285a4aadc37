// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/log.h>

#include <vector>

#include "train/batch_plan.h"
#include "train/config.h"
#include "train/stages.h"

namespace denoiseae {

/// Reads the pictures of one source. limit: the most pictures or clips; 0 = all. Throws what
/// loading pictures throws.
PictureSet load_source(const TrainConfig& config, const SourceConfig& source, std::size_t limit,
                       const LogCallback& log);

/// The pictures of a run, and the samples that are drawn from them.
class TrainingData {
 public:
  /// Reads the pictures of all sources and holds some back. stages: those of config. Throws what
  /// loading pictures throws.
  TrainingData(const TrainConfig& config, const std::vector<TrainingStage>& stages,
               const LogCallback& log);

  const BatchPlan& plan() const { return *plan_; }
  /// The samplers of the last stage.
  const std::vector<WeightedSampler>& last_stage() const { return training_.back(); }
  /// The samplers of pictures that are held back.
  const std::vector<WeightedSampler>& validation() const { return validation_; }
  /// The samplers of those pictures with hardly any noise; none for networks of the domain luma.
  const std::vector<WeightedSampler>& weak_noise() const { return weak_noise_; }

 private:
  void add_source(const TrainConfig& config, const SourceConfig& source,
                  const std::vector<TrainingStage>& stages, const LogCallback& log);
  void make_plan(const TrainConfig& config, const std::vector<TrainingStage>& stages);

  std::vector<std::vector<WeightedSampler>> training_;       ///< for each stage
  std::vector<std::vector<WeightedSampler>> single_frames_;  ///< for each stage
  std::vector<WeightedSampler> validation_;
  std::vector<WeightedSampler> weak_noise_;
  std::unique_ptr<BatchPlan> plan_;  ///< draws from both
};

}  // namespace denoiseae
