// SPDX-License-Identifier: LGPL-2.1-or-later
// Decides the course of a training: the shape of the batches at each step, and the learning rate.
#pragma once

#include <cstdint>
#include <vector>

#include "train/config.h"

namespace denoiseae {

/// Steps whose batches have one shape.
struct TrainingStage {
  std::int64_t first_step = 0;
  std::int64_t end_step = 0;  ///< one behind the last
  int frames = 1;
  int batch = 1;
  int patch_px = 64;
  int single_frames = 0;
  double learning_rate = 0;  ///< the peak of its own rate; 0 = it has that of the training
};

/// Returns the stages of the configuration's steps in order. Stages that are too short for a step
/// are left out. Without training.stage there is one, of samples.frames, samples.patch_px and
/// training.batch.
std::vector<TrainingStage> stages_of(const TrainConfig& config);

/// Returns the stage of a step, from 0 to the last. Later steps belong to the last stage.
const TrainingStage& stage_at(const std::vector<TrainingStage>& stages, std::int64_t step);

/// Returns how many epochs are over after so many steps. config: with epochs, and with the steps
/// that they take.
std::int64_t epoch_at(const TrainConfig& config, std::int64_t step);

/// Returns how many pixels of frames so many steps have trained on.
double pixels_of_steps(const std::vector<TrainingStage>& stages, std::int64_t steps);

/// Returns the schedule's rate. Each stage warms up, because its batches differ from those before
/// in size and in how far their gradients can be trusted. The schedule of the training ends where
/// the first stage with a rate of its own begins, and that of such a stage where the stage ends.
double rate_of_step(const TrainConfig& config, const std::vector<TrainingStage>& stages,
                    std::int64_t step);

}  // namespace denoiseae
