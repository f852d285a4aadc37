// SPDX-License-Identifier: LGPL-2.1-or-later
// Training of networks that estimate noise.
#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/torch/state_warp.h"
#include "frame/frame_codes.h"
#include "layout/noise_map_layout.h"
#include "layout/packed_layout.h"
#include "motion/motion_search.h"
#include "net/architectures.h"
#include "noise/conditioning/noise_map.h"
#include "noise/estimation/noise_features.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"
#include "temporal/state_motion.h"
#include "train/blind_levels.h"
#include "train/config.h"
#include "train/fitted_graph.h"
#include "train/noise_map_training.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr std::int64_t kSamples = 2, kFrames = 3, kSize = 32, kBlocks = kSize / 4;

/// Returns noise that differs from block to block, in units of 1.
torch::Tensor random_noise() {
  const torch::Tensor levels =
      torch::rand({kSamples, kFrames, kPackedChannels, kBlocks, kBlocks}) * 20 / 255;
  return torch::randn({kSamples, kFrames, kPackedChannels, kSize, kSize}) *
         levels.repeat_interleave(4, 3).repeat_interleave(4, 4);
}

/// Returns the mean square of the noise of a block, in codes and with the variance of rounding.
double variance_of(const torch::Tensor& noise, std::int64_t sample, std::int64_t frame, bool chroma,
                   std::int64_t x, std::int64_t y) {
  const auto values = noise.accessor<float, 5>();
  const int first = chroma ? 4 : 0, last = chroma ? 6 : 4;
  double sum = 0;
  for (int c = first; c < last; ++c)
    for (std::int64_t i = 4 * y; i < 4 * y + 4; ++i)
      for (std::int64_t k = 4 * x; k < 4 * x + 4; ++k)
        sum += std::pow(255.0 * values[sample][frame][c][i][k], 2);
  return sum / (16 * (last - first)) + 1.0 / 12;
}

/// Returns maps that tell the variance times a factor.
std::vector<torch::Tensor> maps_of(const torch::Tensor& noise, double factor = 1) {
  std::vector<torch::Tensor> maps;
  for (std::int64_t t = 0; t < kFrames; ++t) {
    const torch::Tensor map = torch::empty({kSamples, kNoiseMapChannels, kBlocks, kBlocks});
    float* value = map.data_ptr<float>();
    for (std::int64_t n = 0; n < kSamples; ++n)
      for (std::int64_t c = 0; c < kNoiseMapChannels; ++c)
        for (std::int64_t y = 0; y < kBlocks; ++y)
          for (std::int64_t x = 0; x < kBlocks; ++x)
            *value++ = value_of_log_level(
                static_cast<float>(std::log2(factor * variance_of(noise, n, t, c == 1, x, y)) / 2));
    maps.push_back(map);
  }
  return maps;
}

/// Returns a texture that pans, with noise and the levels of samples: N x T x 8 x H x W.
torch::Tensor panning_frames(const torch::Tensor& noise) {
  constexpr std::int64_t kStep = 2;
  const torch::Tensor canvas =
      torch::upsample_bilinear2d(torch::rand({kSamples, kPackedChannels, 24, 24}),
                                 {kSize + kStep * kFrames, kSize + kStep * kFrames}, false) -
      0.5;
  std::vector<torch::Tensor> frames;
  for (std::int64_t t = 0; t < kFrames; ++t)
    frames.push_back(
        torch::cat({canvas.narrow(2, 0, kSize).narrow(3, t * kStep, kSize) + noise.select(1, t),
                    torch::full({kSamples, 2, kSize, kSize}, -1.0)},
                   1));
  return torch::stack(frames, 1);
}

torch::Tensor in_rows(const torch::Tensor& values) {
  return values.contiguous(torch::MemoryFormat::ChannelsLast);
}

}  // namespace

START_TEST(test_the_loss_is_least_at_the_true_variance) {
  torch::manual_seed(1);
  const torch::Tensor noise = random_noise();
  const auto loss_at = [&](double factor) {
    return noise_map_loss(maps_of(noise, factor), noise).item<double>();
  };
  ck_assert_double_eq_tol(loss_at(1), 0, 1e-4);
  for (const double factor : {0.01, 0.2, 0.5, 0.9, 1.1, 2.0, 50.0})
    ck_assert_double_eq_tol(loss_at(factor),
                            factor < 1 ? -2 * kNoiseMapQuantile * std::log(factor)
                                       : 2 * (1 - kNoiseMapQuantile) * std::log(factor),
                            1e-3);
}
END_TEST

START_TEST(test_the_error_is_that_of_the_last_frame) {
  torch::manual_seed(2);
  const torch::Tensor noise = random_noise();
  ck_assert_double_lt(noise_map_error_db(maps_of(noise), noise), 1e-3);
  for (const double factor : {0.5, 4.0}) {
    std::vector<torch::Tensor> maps = maps_of(noise);
    maps.front() = maps_of(noise, factor).front();
    ck_assert_double_lt(noise_map_error_db(maps, noise), 1e-3);
    maps.back() = maps_of(noise, factor).back();
    ck_assert_double_eq_tol(noise_map_error_db(maps, noise), std::abs(10 * std::log10(factor)),
                            1e-3);
  }
}
END_TEST

START_TEST(test_networks_learn_from_the_features_of_streams) {
  torch::manual_seed(3);
  torch::NoGradGuard no_grad;
  const torch::Tensor noise = random_noise(), frames = panning_frames(noise);
  // This network returns what it sees.
  Graph graph(0);
  graph.set_output(graph.conv("copy", graph.input(kNoiseFeatureChannels), kNoiseFeatureChannels, 1,
                              1, Activation::none));
  auto tensors = zero_tensors(graph);
  for (std::size_t c = 0; c < kNoiseFeatureChannels; ++c)
    tensors["copy.weight"].values[c * (kNoiseFeatureChannels + 1)] = 1;
  GraphModule network(graph, tensors);
  const std::vector<torch::Tensor> seen = run_noise_map(network, frames, noise, {});
  ck_assert_uint_eq(seen.size(), kFrames);
  int known = 0;
  for (std::int64_t n = 0; n < kSamples; ++n) {
    FrameCodes codes({nullptr, kPackedChannels, kSize, kSize});
    MotionSearch search(2 * kSize, 2 * kSize);
    for (std::int64_t t = 0; t < kFrames; ++t) {
      const torch::Tensor frame = in_rows(frames.select(1, t));
      codes.take_rows(0, sample_of(frame, n), true);
      const MotionField* motion = nullptr;
      if (t > 0) {
        const torch::Tensor before = in_rows(frames.select(1, t - 1).narrow(1, 0, 4) -
                                             0.8 * noise.select(1, t - 1).narrow(1, 0, 4));
        codes.write_reference(0, sample_of(before, n), 0);
        const double level =
            255 * std::sqrt(noise[n][t].narrow(0, 0, 4).square().mean().item<double>());
        motion = &search_state_motion(search, codes, level);
      }
      std::vector<float> values(kNoiseFeatureChannels * kSize * kSize / 4);
      read_noise_features({codes.planes(), codes.previous_planes(), motion, 2 * kSize, 2 * kSize},
                          0, {values.data(), kNoiseFeatureChannels, kSize / 2, kSize / 2});
      const torch::Tensor found =
          seen[static_cast<std::size_t>(t)][n].permute({1, 2, 0}).contiguous();
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (!(std::abs(found.data_ptr<float>()[i] - values[i]) < 1e-5))
          ck_abort_msg("sample %d, frame %d, value %d: %g, not %g", static_cast<int>(n),
                       static_cast<int>(t), static_cast<int>(i), found.data_ptr<float>()[i],
                       values[i]);
        known += i % kNoiseFeatureChannels == kCellKnown && values[i] == 1;
      }
      codes.commit();
    }
  }
  ck_assert_int_gt(known, kSamples * (kFrames - 1) * kSize * kSize / 4 / 2);
}
END_TEST

START_TEST(test_blind_samples_are_told_levels) {
  torch::manual_seed(4);
  torch::NoGradGuard no_grad;
  const Graph graph = find_architecture("noise_map").build(nlohmann::json::object());
  denoiseae::detail::ModelData model;
  model.graph = graph;
  model.tensors = zero_tensors(graph);
  const auto value = [](double level) {
    return value_of_log_level(static_cast<float>(std::log2(level * level + 1.0 / 12) / 2));
  };
  // Each of the four blocks of a position has both channels.
  const float luma = value(12), chroma = value(7);
  model.tensors["levels.bias"].values = {luma, chroma, luma, chroma, luma, chroma, luma, chroma};
  BlindLevels levels(model, torch::kCPU, kSamples, kSize, kSize);
  const torch::Tensor noise = random_noise();
  torch::Tensor frame = in_rows(panning_frames(noise).select(1, 0)).clone();
  frame.index_put_({0, torch::indexing::Slice(6, 8)}, 0.3);
  ck_assert_double_eq(levels.luma_level(1), 0);
  const torch::Tensor told = levels.tell(frame, {});
  ck_assert(told[0].equal(frame[0]));
  ck_assert(told[1].narrow(0, 0, kPackedChannels).equal(frame[1].narrow(0, 0, kPackedChannels)));
  const auto farthest = [&](int channel, double level) {
    return (told[1][channel] - level / 255 * 5).abs().max().item<double>();
  };
  ck_assert_double_lt(farthest(kLumaNoiseChannel, 12), 1e-5);
  ck_assert_double_lt(farthest(kChromaNoiseChannel, 7), 1e-5);
  ck_assert_double_eq_tol(levels.luma_level(1), 12, 1e-3);
  ck_assert_double_eq(levels.luma_level(0), 0);
  // The frame itself still tells nothing.
  ck_assert_float_eq(frame[1][6][0][0].item<float>(), -1);
}
END_TEST

START_TEST(test_blind_levels_are_those_of_a_stream) {
  torch::manual_seed(5);
  torch::NoGradGuard no_grad;
  const auto map = random_model("noise_map", nlohmann::json::object());
  BlindLevels levels(map->data(), torch::kCPU, kSamples, kSize, kSize);
  const torch::Tensor noise = random_noise(), frames = panning_frames(noise);
  std::vector<MotionField> fields(kSamples, MotionField(2 * kSize, 2 * kSize));
  for (MotionVector& vector : fields[1].vectors) vector = {.dx = 4, .dy = 0};
  std::vector<torch::Tensor> told;
  for (std::int64_t t = 0; t < kFrames; ++t)
    told.push_back(levels.tell(frames.select(1, t), t == 0 ? std::vector<MotionField>{} : fields));
  GraphModule network(map->data().graph, map->data().tensors);
  for (std::int64_t n = 0; n < kSamples; ++n) {
    FrameCodes codes({nullptr, kPackedChannels, kSize, kSize});
    NoiseMapState state(kSize / 4, kSize / 4);
    for (std::int64_t t = 0; t < kFrames; ++t) {
      const torch::Tensor frame = in_rows(frames.select(1, t)).clone();
      codes.take_rows(0, sample_of(frame, n), true);
      const NoisyFrames noisy{codes.planes(), codes.previous_planes(),
                              t == 0 ? nullptr : &fields[static_cast<std::size_t>(n)], 2 * kSize,
                              2 * kSize};
      const torch::Tensor features =
          in_rows(torch::empty({1, kNoiseFeatureChannels, kSize / 2, kSize / 2}));
      read_noise_features(noisy, 0, sample_of(features, 0));
      const torch::Tensor found = in_rows(network.forward(features, Mode::run));
      state.update(sample_of(found, 0), noisy, nullptr);
      fill_block_levels(state.levels(), 1, 1, 0, sample_of(frame, n));
      ck_assert(torch::allclose(told[static_cast<std::size_t>(t)][n], frame[n], 1e-3, 1e-5));
      codes.commit();
    }
    ck_assert_double_eq_tol(levels.luma_level(n), state.luma_level(), 1e-3 * state.luma_level());
  }
}
END_TEST

START_TEST(test_blind_samples_need_a_noise_map) {
  const TempFolder folder;
  save_tiny_model(folder / "unet.safetensors");
  save_zero_model(folder / "map.safetensors", "noise_map", nlohmann::json::object());
  TrainConfig config;
  fitted_graph(config);
  ck_assert_ptr_null(noise_map_data(config));
  config.samples.blind_share = 0.5;
  DAE_ASSERT_ERROR(fitted_graph(config), bad_argument);
  config.noise_map = (folder / "unet.safetensors").string();
  DAE_ASSERT_ERROR(fitted_graph(config), incompatible_model);
  config.noise_map = (folder / "map.safetensors").string();
  fitted_graph(config);
  ck_assert_ptr_nonnull(noise_map_data(config));
  ck_assert(!estimates_noise(config));
  // Samples must suit the map, too, which reduces a frame further than the denoiser does.
  config.samples.patch_px = 96;
  DAE_ASSERT_ERROR(fitted_graph(config), bad_argument);
  config.samples.patch_px = 128;
  fitted_graph(config);
  // Networks that estimate noise themselves are told nothing.
  config.architecture = "noise_map";
  ck_assert(estimates_noise(config));
  DAE_ASSERT_ERROR(fitted_graph(config), incompatible_model);
}
END_TEST

int main() {
  return run_suite(
      "noise_map_training",
      {test_the_loss_is_least_at_the_true_variance, test_the_error_is_that_of_the_last_frame,
       test_networks_learn_from_the_features_of_streams, test_blind_samples_are_told_levels,
       test_blind_levels_are_those_of_a_stream, test_blind_samples_need_a_noise_map});
}
