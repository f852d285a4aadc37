// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/noise_map_training.h"

#include <cmath>
#include <optional>

#include "engine/torch/state_warp.h"
#include "frame/frame_codes.h"
#include "layout/noise_map_layout.h"
#include "layout/packed_layout.h"
#include "motion/motion_search.h"
#include "noise/estimation/block_noise.h"
#include "noise/estimation/noise_features.h"
#include "temporal/state_motion.h"

namespace denoiseae {

namespace {

/// The share of the noise that the stand-in for the denoised picture keeps.
constexpr double kNoiseLeft = 0.2;

/// Computes the features of a sequence frame by frame.
class FeatureReader {
 public:
  /// height, width: the size of the packed planes.
  FeatureReader(int height, int width)
      : height_(2 * height),
        width_(2 * width),
        codes_({nullptr, kPackedChannels, height, width}),
        search_(width_, height_) {}

  /// frame: a sample, channels last. picture: the denoised frame before, four channels of luma;
  /// without it the sequence begins. features: of its frame.
  void read(const TensorView& frame, const std::optional<TensorView>& picture, double level,
            const TensorView& features) {
    codes_.take_rows(0, frame, true);
    const MotionField* motion = nullptr;
    if (picture) {
      codes_.write_reference(0, *picture, 0);
      motion = &search_state_motion(search_, codes_, level);
    }
    read_noise_features({codes_.planes(), codes_.previous_planes(), motion, height_, width_}, 0,
                        features);
    codes_.commit();
  }

 private:
  int height_;
  int width_;
  FrameCodes codes_;
  MotionSearch search_;
};

torch::Tensor in_rows(const torch::Tensor& values) {
  return values.to(torch::kCPU).contiguous(torch::MemoryFormat::ChannelsLast);
}

/// Returns the features of all frames: T tensors N x kNoiseFeatureChannels x H/2 x W/2.
std::vector<torch::Tensor> features_of(const torch::Tensor& frames, const torch::Tensor& noise) {
  const std::int64_t samples = frames.size(0), length = frames.size(1);
  const std::int64_t height = frames.size(3), width = frames.size(4);
  std::vector<torch::Tensor> features, now, before;
  for (std::int64_t t = 0; t < length; ++t) {
    features.push_back(torch::empty({samples, kNoiseFeatureChannels, height / 2, width / 2},
                                    torch::TensorOptions(torch::kFloat32))
                           .contiguous(torch::MemoryFormat::ChannelsLast));
    now.push_back(in_rows(frames.select(1, t)));
    if (t == 0) continue;
    const torch::Tensor luma = frames.select(1, t - 1).narrow(1, 0, 4);
    before.push_back(in_rows(luma - (1 - kNoiseLeft) * noise.select(1, t - 1).narrow(1, 0, 4)));
  }
  const torch::Tensor levels =
      noise.narrow(2, 0, 4).square().mean({2, 3, 4}).sqrt().mul(255).to(torch::kCPU);
  for (std::int64_t i = 0; i < samples; ++i) {
    FeatureReader reader(static_cast<int>(height), static_cast<int>(width));
    for (std::int64_t t = 0; t < length; ++t) {
      const auto place = static_cast<std::size_t>(t);
      std::optional<TensorView> picture;
      if (t > 0) picture = sample_of(before[place - 1], i);
      reader.read(sample_of(now[place], i), picture, levels[i][t].item<double>(),
                  sample_of(features[place], i));
    }
  }
  return features;
}

/// Returns the variance that networks are told for noise of these variances at full and at half
/// size, N x H x W each. At half size, that of white noise is the same, and that of noise which
/// neighbours share is larger. Denoisers were trained with levels that were measured at half size
/// where the noise of a frame is correlated, and are 0.93 to 0.98 of that (data/measured_noise.h).
torch::Tensor told_variance(const torch::Tensor& full, const torch::Tensor& half) {
  constexpr double kToldShare = 0.95 * 0.95;
  constexpr double kWhite = 1.1, kCorrelated = 1.7;  // ratios of the variances of a frame
  const torch::Tensor ratio =
      half.sum({1, 2}, true) / full.sum({1, 2}, true).clamp_min(kRoundingVariance);
  const torch::Tensor share = ((ratio - kWhite) / (kCorrelated - kWhite)).clamp(0, 1);
  return full + share * (kToldShare * half - full).clamp_min(0);
}

/// Returns the variance of each block that a map has to tell, in codes, with that of rounding: N x
/// kNoiseMapChannels x H/4 x W/4.
torch::Tensor block_variance(const torch::Tensor& noise) {
  constexpr std::int64_t kSide = kNoiseBlockSide / 2;
  const torch::Tensor codes = noise * 255;
  const auto blocks = [](const torch::Tensor& planes, std::int64_t side) {
    return torch::avg_pool2d(planes, {side, side}).squeeze(1);
  };
  const torch::Tensor luma = codes.narrow(1, 0, 4), chroma = codes.narrow(1, 4, 2);
  const torch::Tensor luma_blocks = told_variance(blocks(luma.square().mean({1}, true), kSide),
                                                  blocks(4 * luma.mean({1}, true).square(), kSide));
  const torch::Tensor halved = torch::avg_pool2d(chroma, {2, 2});
  const torch::Tensor chroma_blocks =
      told_variance(blocks(chroma.square().mean({1}, true), kSide),
                    blocks(4 * halved.square().mean({1}, true), kSide / 2));
  return torch::stack({luma_blocks, chroma_blocks}, 1) + kRoundingVariance;
}

/// Returns the natural logarithm of the variance that a map tells.
torch::Tensor log_variance_of(const torch::Tensor& map) {
  return log_level_of(0) * 2 * std::log(2.0) +
         map.to(torch::kFloat32) * (2 * std::log(2.0) * (log_level_of(1) - log_level_of(0)));
}

}  // namespace

std::vector<torch::Tensor> run_noise_map(GraphModule& network, const torch::Tensor& frames,
                                         const torch::Tensor& noise, const SequenceMode& mode) {
  std::vector<torch::Tensor> features;
  {
    torch::NoGradGuard no_grad;
    features = features_of(frames, noise);
  }
  std::vector<torch::Tensor> maps;
  for (const torch::Tensor& of_frame : features) {
    maps.push_back(
        network.forward(of_frame.to(network.device()), mode.mode, mode.compute, mode.part));
  }
  return maps;
}

torch::Tensor noise_map_loss(const std::vector<torch::Tensor>& maps, const torch::Tensor& noise) {
  std::vector<torch::Tensor> losses;
  for (std::size_t t = 0; t < maps.size(); ++t) {
    const torch::Tensor variance = block_variance(noise.select(1, static_cast<std::int64_t>(t)));
    const torch::Tensor above = variance.log() - log_variance_of(maps[t]);
    losses.push_back(
        torch::max(2 * kNoiseMapQuantile * above, 2 * (kNoiseMapQuantile - 1) * above).mean());
  }
  return torch::stack(losses).mean();
}

double noise_map_error_db(const std::vector<torch::Tensor>& maps, const torch::Tensor& noise) {
  const torch::Tensor variance = block_variance(noise.select(1, noise.size(1) - 1));
  const torch::Tensor error = log_variance_of(maps.back()) - variance.log();
  return error.abs().mean().item<double>() * 10 / std::log(10.0);
}

}  // namespace denoiseae
