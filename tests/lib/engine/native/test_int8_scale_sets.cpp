// SPDX-License-Identifier: LGPL-2.1-or-later
// int8 with scales for several ranges of noise.
#include <array>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/native/int8_runs.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/precision.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr double kWeakLevel = 8;

Graph network(const char* architecture) {
  return find_architecture(architecture).build({{"slope", 0}});
}

/// Adds scales for noise of up to kWeakLevel, which are smaller.
ScaleSets two_sets(const Scales& strong) {
  Scales weak = strong;
  for (auto& [name, scale] : weak) scale /= 2;
  return {{weak, kWeakLevel}, {.scales = strong}};
}

}  // namespace

START_TEST(test_the_noise_that_is_expected_chooses_the_scales) {
  for (const char* const architecture : {"unet", "recurrent_unet"}) {
    denoiseae::detail::ModelData model = int8_model(network(architecture), 188, 36, 7);
    need_precision(model, Precision::int8);
    const ScaleSets sets = two_sets(model.scale_sets.back().scales);
    const Picture frame = frame_of(model.graph, 188, 36, 8);
    std::vector<Picture> wanted;
    for (const ScaleSet& set : sets) {
      model.scale_sets = one_scale_set(set.scales);
      wanted.push_back(run(model, frame, 188, 36, Precision::int8, 1));
    }
    ck_assert(wanted[0] != wanted[1]);
    model.scale_sets = sets;
    for (const unsigned threads : {1u, 3u}) {
      ck_assert(run(model, frame, 188, 36, Precision::int8, threads) == wanted[1]);
      for (const auto& [level, set] : {std::pair{1.0, 0}, {kWeakLevel, 0}, {8.1, 1}, {200.0, 1}})
        ck_assert(run(model, frame, 188, 36, Precision::int8, threads, level) == wanted[set]);
    }
  }
}
END_TEST

START_TEST(test_scales_change_from_frame_to_frame) {
  for (const char* const architecture : {"unet", "recurrent_unet"}) {
    denoiseae::detail::ModelData model = int8_model(network(architecture), 188, 36, 7);
    need_precision(model, Precision::int8);
    model.scale_sets = two_sets(model.scale_sets.back().scales);
    const Picture frame = frame_of(model.graph, 188, 36, 8);
    for (const unsigned threads : {1u, 3u}) {
      const auto engine =
          make_engine(model, 188, 36, {EngineKind::native, Precision::int8, "cpu", threads});
      for (const double level : {1.0, 200.0, 1.0, 200.0}) {
        engine->expect_noise(level);
        ck_assert(run(*engine, model, frame, 188, 36) ==
                  run(model, frame, 188, 36, Precision::int8, threads, level));
      }
    }
  }
}
END_TEST

START_TEST(test_more_scales_take_hardly_any_memory) {
  denoiseae::detail::ModelData model = int8_model(network("unet"), 360, 640, 7);
  need_precision(model, Precision::int8);
  const auto bytes = [&] {
    return make_engine(model, 360, 640, {EngineKind::native, Precision::int8, "cpu", 2})
        ->memory_bytes();
  };
  const std::int64_t one = bytes();
  model.scale_sets = two_sets(model.scale_sets.back().scales);
  const std::int64_t two = bytes();
  ck_assert_int_gt(two, one);
  ck_assert_int_lt(two, one + one / 50);
}
END_TEST

START_TEST(test_training_rounds_each_sample_with_the_scales_for_its_noise) {
  denoiseae::detail::ModelData model = int8_model(network("unet"), 32, 32, 7);
  GraphModule module(model.graph, model.tensors);
  const ScaleSets sets = two_sets(model.scale_sets.back().scales);
  Picture frame = frame_of(model.graph, 32, 32, 8);
  torch::NoGradGuard no_grad;
  torch::Tensor in = tensor_of(frame, kPackedInputChannels, 32, 32).repeat({2, 1, 1, 1});
  const std::array levels = {kWeakLevel / 2, kWeakLevel * 2};
  for (int i = 0; i < 2; ++i)
    in[i]
        .slice(0, kPackedChannels)
        .fill_(levels[static_cast<std::size_t>(i)] / 255 * kNoiseLevelScale);
  // One pixel is enough.
  in[1].slice(0, kPackedChannels).mul_(0.1);
  in[1][kChromaNoiseChannel][3][4] = levels[1] / 255 * kNoiseLevelScale;
  std::vector<torch::Tensor> wanted;
  for (int i = 0; i < 2; ++i) {
    module.quantise_activations(one_scale_set(sets[static_cast<std::size_t>(i)].scales));
    wanted.push_back(module.forward(in, Mode::run)[i]);
  }
  module.quantise_activations(sets);
  const torch::Tensor found = module.forward(in, Mode::run);
  for (int i = 0; i < 2; ++i) ck_assert(found[i].equal(wanted[static_cast<std::size_t>(i)]));
}
END_TEST

int main() {
  return run_suite("int8_scale_sets",
                   {test_the_noise_that_is_expected_chooses_the_scales,
                    test_scales_change_from_frame_to_frame, test_more_scales_take_hardly_any_memory,
                    test_training_rounds_each_sample_with_the_scales_for_its_noise});
}
