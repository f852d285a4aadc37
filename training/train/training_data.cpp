// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/training_data.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "train/measure_noise_floor.h"

namespace denoiseae {

namespace {

namespace fs = std::filesystem;

SampleSettings validation_settings(const TrainConfig& config) {
  SampleSettings settings = config.samples;
  settings.patch_px = config.validation_patch_px;
  settings.augment = false;
  settings.reduced_share = 0;
  settings.limited_range_share = 0;
  return settings;
}

Epochs epochs_of(const TrainConfig& config) {
  if (config.epochs == 0) return {};
  const bool cut = config.split == SplitTime::after_copies;
  return {config.copies, cut ? 1 - config.validation_share : 1};
}

}  // namespace

PictureSet load_source(const TrainConfig& config, const SourceConfig& source, std::size_t limit,
                       const LogCallback& log) {
  const fs::path path = config.data_root / source.path;
  const DatasetInfo& set = source.set.empty() ? guess_dataset(path) : find_dataset(source.set);
  DatasetOptions options;
  options.limit = limit;
  options.part = source.part;
  options.category = source.category;
  options.size_px = source.size_px;
  options.video_frames = source.video_frames;
  options.log = log;
  return set.load(path, options);
}

TrainingData::TrainingData(const TrainConfig& config, const std::vector<TrainingStage>& stages,
                           const LogCallback& log)
    : training_(stages.size()), single_frames_(stages.size()) {
  for (const SourceConfig& source : config.sources) add_source(config, source, stages, log);
  make_plan(config, stages);
}

void TrainingData::add_source(const TrainConfig& config, const SourceConfig& source,
                              const std::vector<TrainingStage>& stages, const LogCallback& log) {
  const fs::path path = config.data_root / source.path;
  PictureSet pictures = load_source(config, source, static_cast<std::size_t>(config.limit), log);
  const Split parts =
      config.split == SplitTime::after_copies
          ? Split{pictures, pictures}
          : grouped_split(std::move(pictures), source.group, config.validation_share, config.seed);
  log(LogLevel::info, path.string() + ": " + std::to_string(parts.training.size()) +
                          " pictures to train on, " + std::to_string(parts.validation.size()) +
                          " to validate");
  for (std::size_t i = 0; i < stages.size(); ++i) {
    SampleSettings settings = config.samples;
    settings.frames = stages[i].frames;
    settings.patch_px = stages[i].patch_px;
    training_[i].push_back({Sampler(parts.training, settings), source.share});
    if (stages[i].single_frames == 0) continue;
    settings.frames = 1;
    single_frames_[i].push_back({Sampler(parts.training, settings), source.share});
  }
  const PictureSet& held_back = parts.validation.empty() ? parts.training : parts.validation;
  validation_.push_back({Sampler(held_back, validation_settings(config)), source.share});
  if (config.samples.domain != InputRepresentation::packed_yuv420) return;
  const SampleSettings weak = hardly_noisy(config.samples, config.validation_patch_px);
  PictureSet without_noise = held_back;
  for (Picture& picture : without_noise) picture.noisy.release();
  weak_noise_.push_back({Sampler(without_noise, weak), source.share});
}

void TrainingData::make_plan(const TrainConfig& config, const std::vector<TrainingStage>& stages) {
  plan_ = std::make_unique<BatchPlan>(training_.front(), stages.front().batch, config.seed,
                                      epochs_of(config));
  if (config.epochs > 0) return;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    plan_->change(stages[i].first_step,
                  {&training_[i], stages[i].batch, &single_frames_[i], stages[i].single_frames});
  }
}

}  // namespace denoiseae
