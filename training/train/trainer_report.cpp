// SPDX-License-Identifier: LGPL-2.1-or-later
// What a training tells of itself: validation, the best weights, metrics and pictures.
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <limits>

#include "model/manifest.h"
#include "model/noise_floor_entry.h"
#include "report/loss_plot.h"
#include "report/sample_picture.h"
#include "train/loss.h"
#include "train/measure_own_error.h"
#include "train/quantise.h"
#include "train/sequence.h"
#include "train/trainer.h"

namespace denoiseae {

namespace {

constexpr std::uint64_t kValidationSeed = 0x76616c6964617465;  // "validate"

}  // namespace

Trainer::Quality Trainer::validate() {
  torch::NoGradGuard no_grad;
  at::set_num_threads(threads_);
  constexpr int kAtOnce = 32;
  int samples = config_.validation_samples;
  if (config_.epochs > 0) {
    int pictures = 0;
    for (const WeightedSampler& s : validation_) {
      pictures += static_cast<int>(s.sampler.picture_count());
    }
    samples = samples == 0 ? pictures : std::min(samples, pictures);
  }
  Quality sum;
  for (int done = 0; done < samples; done += kAtOnce) {
    const int count = std::min(kAtOnce, samples - done);
    const auto first = static_cast<std::uint64_t>(done);
    Batch batch = config_.epochs > 0 ? draw_in_order(validation_, first, count, kValidationSeed)
                                     : draw_batch(validation_, count, kValidationSeed + first);
    const torch::Tensor input = input_of(batch, device_);
    const torch::Tensor target = target_of(batch, device_);
    const auto outputs = run_sequence(judged(), input, {.motion = config_.motion});
    sum.loss += count * sequence_loss(outputs, target, config_.loss).item<double>();
    const auto frames = static_cast<std::int64_t>(outputs.size());
    const std::int64_t settled = frames - frames / 2;
    for (std::int64_t t = frames - settled; t < frames; ++t) {
      const torch::Tensor errors =
          squared_error(outputs[static_cast<std::size_t>(t)], target.select(1, t));
      sum.mse += errors.sum().item<double>() / static_cast<double>(settled);
      sum.psnr += count * mean_psnr(errors) / static_cast<double>(settled);
    }
  }
  return {sum.loss / samples, sum.mse / samples, sum.psnr / samples};
}

void Trainer::save_best(const Quality& quality) {
  progress_.best_loss = quality.loss;
  progress_.best_psnr = quality.psnr;
  progress_.best_step = progress_.step;
  nlohmann::json manifest = manifest_;
  nlohmann::json noise = nlohmann::json::array();
  for (const NoiseRange& range : config_.samples.noise) {
    noise.push_back({{"model", name_of(range.kind)},
                     {"min_level", range.min_level},
                     {"max_level", range.max_level}});
  }
  nlohmann::json data = nlohmann::json::array();
  for (const SourceConfig& source : config_.sources) data.push_back(source.path.string());
  manifest["noise"] = noise;
  manifest["licence"] = config_.licence;
  manifest["training"] = {
      {"preset", config_.preset},
      {"data", data},
      {"steps", progress_.step},
      {"date", progress_.date},
      {"metrics", {{"validation_psnr", quality.psnr}, {"validation_mse", quality.mse}}}};
  if (config_.epochs > 0) manifest["training"]["epochs"] = epoch();
  if (!network_.scales().empty()) {
    const std::int64_t first = first_quantised_step(config_.steps, config_.quantise);
    manifest["quantisation"] = quantisation_entry(network_.scales(), progress_.step - first);
  }
  if (!hardly_noisy_.empty()) {
    manifest["own_error"] = noise_floor_entry(measure_noise_floor(judged(), hardly_noisy_));
  }
  save_model(folder_ / "best.safetensors", manifest, judged().state());
}

void Trainer::draw_samples() {
  torch::NoGradGuard no_grad;
  constexpr int kCount = 6;
  Batch batch = draw_batch(validation_, kCount, kValidationSeed);
  const Sampler& sampler = validation_.front().sampler;
  const int size = sampler.plane_size();
  const int last = config_.samples.frames - 1;
  const auto plain = [](const torch::Tensor& frame) {
    const torch::Tensor rows = frame.to(torch::kCPU).permute({0, 2, 3, 1}).contiguous();
    const float* values = rows.data_ptr<float>();
    return std::vector<float>(values, values + rows.numel());
  };
  const torch::Tensor input = input_of(batch, device_);
  const torch::Tensor target = target_of(batch);
  const auto outputs = run_sequence(judged(), input, {.motion = config_.motion});
  write_sample_picture(folder_ / "samples.png", architecture_.domain, size, kCount,
                       plain(input.select(1, last)), plain(outputs.back()),
                       plain(target.select(1, last)));
}

void Trainer::report() {
  const Quality quality = validate();
  if (config_.keep == Keep::last || quality.loss < progress_.best_loss) save_best(quality);
  const double rate =
      pixels_of_steps(stages_, progress_.step) / std::max(progress_.seconds, 1e-9) / 1e6;
  const double loss = progress_.loss_count > 0
                          ? progress_.loss_sum / static_cast<double>(progress_.loss_count)
                          : std::numeric_limits<double>::quiet_NaN();
  progress_.loss_sum = 0;
  progress_.loss_count = 0;
  const std::array row = {loss, quality.loss, quality.psnr,
                          rate_of_step(config_, stages_, progress_.step - 1), rate};
  metrics_.append(config_.epochs > 0 ? epoch() : progress_.step, row);
  draw_loss_plot(folder_ / "metrics.csv", folder_ / "loss.svg", log_);
  draw_samples();
}

}  // namespace denoiseae
