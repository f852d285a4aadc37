// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/validation.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>

#include "parallel/thread_count.h"
#include "report/sample_picture.h"
#include "train/loss.h"
#include "train/noise_map_training.h"
#include "train/sequence.h"

namespace denoiseae {

namespace {

constexpr std::uint64_t kValidationSeed = 0x76616c6964617465;  // "validate"

int sample_count(const std::vector<WeightedSampler>& samplers, const TrainConfig& config) {
  if (config.epochs == 0) return config.validation_samples;
  int pictures = 0;
  for (const WeightedSampler& s : samplers) pictures += static_cast<int>(s.sampler.picture_count());
  return config.validation_samples == 0 ? pictures : std::min(config.validation_samples, pictures);
}

std::vector<float> channels_last(const torch::Tensor& frame) {
  const torch::Tensor rows = frame.to(torch::kCPU).permute({0, 2, 3, 1}).contiguous();
  const float* values = rows.data_ptr<float>();
  return {values, values + rows.numel()};
}

}  // namespace

double quality_db(const TrainConfig& config, const ValidationResult& result) {
  return estimates_noise(config) ? result.level_error_db : result.psnr;
}

ValidationResult validate(GraphModule& network, const std::vector<WeightedSampler>& samplers,
                          const TrainConfig& config) {
  torch::NoGradGuard no_grad;
  at::set_num_threads(static_cast<int>(thread_count(config.threads)));
  constexpr int kAtOnce = 32;
  const int samples = sample_count(samplers, config);
  ValidationResult sum;
  for (int done = 0; done < samples; done += kAtOnce) {
    const int count = std::min(kAtOnce, samples - done);
    const auto first = static_cast<std::uint64_t>(done);
    Batch batch = config.epochs > 0 ? draw_in_order(samplers, first, count, kValidationSeed)
                                    : draw_batch(samplers, count, kValidationSeed + first);
    const torch::Tensor input = input_of(batch, network.device());
    const torch::Tensor target = target_of(batch, network.device());
    if (estimates_noise(config)) {
      const auto maps = run_noise_map(network, input, target, {});
      sum.loss += count * noise_map_loss(maps, target).item<double>();
      sum.level_error_db += count * noise_map_error_db(maps, target);
      continue;
    }
    const auto outputs = run_sequence(
        network, input, {.motion = config.motion, .noise_map = noise_map_data(config)});
    sum.loss += count * sequence_loss(outputs, target, config.loss).item<double>();
    const auto frames = static_cast<std::int64_t>(outputs.size());
    const std::int64_t settled = frames - frames / 2;
    for (std::int64_t t = frames - settled; t < frames; ++t) {
      const torch::Tensor errors =
          squared_error(outputs[static_cast<std::size_t>(t)], target.select(1, t));
      sum.mse += errors.sum().item<double>() / static_cast<double>(settled);
      sum.psnr += count * mean_psnr(errors) / static_cast<double>(settled);
    }
  }
  return {sum.loss / samples, sum.mse / samples, sum.psnr / samples, sum.level_error_db / samples};
}

void draw_samples(GraphModule& network, const std::vector<WeightedSampler>& samplers,
                  const TrainConfig& config, const std::filesystem::path& png) {
  torch::NoGradGuard no_grad;
  constexpr int kCount = 6;
  Batch batch = draw_batch(samplers, kCount, kValidationSeed);
  const int last = config.samples.frames - 1;
  const torch::Tensor input = input_of(batch, network.device());
  const torch::Tensor target = target_of(batch);
  const auto outputs =
      run_sequence(network, input, {.motion = config.motion, .noise_map = noise_map_data(config)});
  write_sample_picture(png, config.samples.domain, batch.plane_size, kCount,
                       channels_last(input.select(1, last)), channels_last(outputs.back()),
                       channels_last(target.select(1, last)));
}

}  // namespace denoiseae
