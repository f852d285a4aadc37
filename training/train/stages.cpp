// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/stages.h"

#include <algorithm>
#include <cmath>

#include "train/schedule.h"

namespace denoiseae {

std::vector<TrainingStage> stages_of(const TrainConfig& config) {
  if (config.stages.empty())
    return {{0, config.steps, config.samples.frames, config.batch, config.samples.patch_px, 0}};
  std::vector<TrainingStage> stages;
  std::int64_t first = 0;
  for (const StageConfig& stage : config.stages) {
    const std::int64_t end = std::llround(stage.until * static_cast<double>(config.steps));
    if (end > first) {
      stages.push_back({first, end, stage.frames, stage.batch, stage.patch_px, stage.single_frames,
                        stage.learning_rate});
    }
    first = end;
  }
  return stages;
}

const TrainingStage& stage_at(const std::vector<TrainingStage>& stages, std::int64_t step) {
  const auto found = std::find_if(stages.begin(), stages.end(), [step](const TrainingStage& stage) {
    return step < stage.end_step;
  });
  return found == stages.end() ? stages.back() : *found;
}

std::int64_t epoch_at(const TrainConfig& config, std::int64_t step) {
  return step / (config.steps / config.epochs);
}

double pixels_of_steps(const std::vector<TrainingStage>& stages, std::int64_t steps) {
  double pixels = 0;
  for (const TrainingStage& stage : stages) {
    const std::int64_t done = std::clamp(steps, stage.first_step, stage.end_step);
    pixels += static_cast<double>(done - stage.first_step) *
              (stage.batch * stage.frames + stage.single_frames) * stage.patch_px * stage.patch_px;
  }
  return pixels;
}

double rate_of_step(const TrainConfig& config, const std::vector<TrainingStage>& stages,
                    std::int64_t step) {
  const auto rate = [&](std::int64_t at, std::int64_t steps, double peak) {
    return config.schedule == Schedule::cosine ? cosine_rate(at, steps, config.warmup_steps, peak)
                                               : constant_rate(at, config.warmup_steps, peak);
  };
  const TrainingStage& stage = stage_at(stages, step);
  const std::int64_t since = step - stage.first_step;
  if (stage.learning_rate > 0)
    return rate(since, stage.end_step - stage.first_step, stage.learning_rate);
  const auto own = std::find_if(stages.begin(), stages.end(), [](const TrainingStage& candidate) {
    return candidate.learning_rate > 0;
  });
  const std::int64_t end = own == stages.end() ? config.steps : own->first_step;
  const double of_training = rate(step, end, config.learning_rate);
  return stage.first_step == 0 ? of_training
                               : of_training * constant_rate(since, config.warmup_steps, 1);
}

}  // namespace denoiseae
