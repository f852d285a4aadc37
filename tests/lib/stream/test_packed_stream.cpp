// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests a stream with a network that the test computes itself.
#include <denoiseae/noise.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "fake_engine.h"
#include "kernels/noise_cells/noise_cells.h"
#include "layout/packed_layout.h"
#include "model/manifest.h"
#include "noise/conditioning/clipped_noise.h"
#include "noise/conditioning/motion_gains.h"
#include "stream/frame_stream.h"
#include "stream/noise_mapper.h"
#include "stream/packed_stream.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/scenes.h"
#include "support/tiny_model.h"
#include "temporal/local_brightness.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 96, kHeight = 72;

/// A stream of frames of one format, with everything that it needs.
struct Stage {
  explicit Stage(PixelFormat format, const char* architecture = "recurrent_unet",
                 bool has_map = false)
      : model(has_map ? make_model(file_with_noise_map(architecture, settings(architecture),
                                                       nlohmann::json::object()),
                                   "random")
                      : random_model(architecture, settings(architecture))),
        shape(network_input(model->data(), kWidth, kHeight)),
        stream(format, kWidth, kHeight, shape, model->data()),
        engines{
            std::make_unique<FakeEngine>(shape, kPackedChannels, model->data().graph.has_state()),
            nullptr},
        engine(static_cast<FakeEngine&>(*engines.denoiser)),
        frames(make_frame_packing(format, kWidth, kHeight, shape)) {
    if (!has_map) return;
    constexpr int kCellsOfBlock = 2;
    auto map = std::make_unique<FakeEngine>(
        NoiseMapper::network_input(shape, *model->data().noise_map), 2, false, kCellsOfBlock);
    map_engine = map.get();
    engines.noise_map = std::move(map);
  }

  static nlohmann::json settings(const std::string& architecture) {
    nlohmann::json result = {
        {"widths", {4}}, {"encoder", {0}}, {"decoder", nlohmann::json::array()}};
    if (architecture == "recurrent_unet") result["gate"] = {2};
    return result;
  }

  Frame run(const Frame& in, const DenoiseSettings& settings) {
    Frame out(in.format(), kWidth, kHeight);
    frames->set_frame(in.view(), out.view());
    stream.run(*frames, settings, engines);
    return out;
  }

  std::shared_ptr<const Model> model;
  TensorView shape;
  PackedStream stream;
  StreamEngines engines;
  FakeEngine& engine;
  FakeEngine* map_engine = nullptr;  ///< only for models that estimate noise
  std::unique_ptr<FramePacking> frames;
};

/// Makes the network of the noise map tell one level of luma and one of chroma, in codes.
void tell_levels(FakeEngine& engine, double luma, double chroma) {
  // The map tells a level with the variance of rounding.
  const auto value = [](double level) {
    return static_cast<float>((std::log2(level * level + 1.0 / 12) / 2 - 1) / 3);
  };
  for (std::size_t i = 0; i < engine.output.values.size(); ++i)
    engine.output.values[i] = value(i % 2 == 0 ? luma : chroma);
}

/// Makes a noisy frame of a still scene, brighter by some codes.
Frame still(std::uint64_t seed, double brighter = 0) {
  static const TexturedCanvas canvas(kWidth, kHeight, 3);
  const LumaPlane picture =
      with_noise(canvas.crop(0, 0, kWidth, kHeight, 0.5, 110 + brighter), 2, seed);
  Frame frame(PixelFormat::gray8, kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) set_sample(frame.view(), 0, x, y, picture.at(x, y));
  return frame;
}

/// Returns the mean of a value over the cells of the frame, as the network of the noise map saw it.
double mean_of_cells(const FakeEngine& engine, NoiseCellValue value) {
  double sum = 0;
  for (int y = 0; y < kHeight / 4; ++y)
    for (int x = 0; x < kWidth / 4; ++x) sum += engine.input.at(value, x, y);
  return sum / (kHeight / 4 * (kWidth / 4));
}

/// Makes a frame whose luma is a textured picture, or its negative, and whose chroma is plain.
Frame textured(PixelFormat format, bool negative = false) {
  static const TexturedCanvas canvas(kWidth, kHeight, 3);
  const LumaPlane picture = canvas.crop(0, 0, kWidth, kHeight);
  Frame frame(format, kWidth, kHeight);
  const FormatInfo& info = format_info(format);
  for (int c = 1; c < info.component_count; ++c)
    fill_component(frame.view(), c, deepened(info, 99));
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const int code = picture.at(x, y);
      set_sample(frame.view(), 0, x, y, deepened(info, negative ? 255 - code : code));
    }
  return frame;
}

/// Makes the next state: the fused frames and the picture are the frame itself.
void remember_input(FakeEngine& engine, float variance) {
  for (int y = 0; y < engine.input.view.height; ++y)
    for (int x = 0; x < engine.input.view.width; ++x) {
      for (int c = 0; c < kPackedChannels; ++c) {
        // States are stored as multiples of this unit.
        const float value = std::round(engine.input.at(c, x, y) * 16384) / 16384;
        engine.state_out.at(c, x, y) = value;
        engine.state_out.at(kStatePicture + c, x, y) = value;
      }
      engine.state_out.at(kStateVariance, x, y) = variance;
    }
}

bool is_unknown(const OwnedTensor& state) {
  for (std::size_t i = 0; i < state.values.size(); ++i)
    if (state.values[i] != (i % kStateChannels == kStateVariance ? kUnknownVariance : 0.0f))
      return false;
  return true;
}

}  // namespace

START_TEST(test_the_network_sees_the_frame_and_its_levels) {
  struct Case {
    PixelFormat format;
    double luma_gain;
    double chroma_gain;
  };
  // Chroma averages four samples of Y444 and two of YUY2.
  for (const auto& [format, luma_gain, chroma_gain] : {Case{PixelFormat::i420, 1, 1},
                                                       {PixelFormat::p010_10le, 1, 1},
                                                       {PixelFormat::y444, 1, 0.5},
                                                       {PixelFormat::yuy2, 1, std::sqrt(0.5)},
                                                       {PixelFormat::gray8, 1, 0}}) {
    Stage stage(format);
    const Frame frame = textured(format);
    stage.run(frame, {.noise_level = 20, .strength = 1.5, .chroma_strength = 0.5});
    const OwnedTensor& input = stage.engine.input;
    ck_assert_int_eq(stage.engine.runs, 1);
    ck_assert_double_eq_tol(stage.engine.expected_noise, 20 * 1.5 * luma_gain, 1e-5);
    const double max_code = format_info(format).max_code();
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        const float value = input.at(y % 2 * 2 + x % 2, x / 2, y / 2);
        const double expected = sample(frame.view(), 0, x, y) / max_code - 0.5;
        if (!(std::abs(value - expected) < 1e-6)) ck_abort_msg("luma at %d,%d", x, y);
        const float luma = input.at(kLumaNoiseChannel, x / 2, y / 2);
        const float chroma = input.at(kChromaNoiseChannel, x / 2, y / 2);
        const double level = 20 * 1.5 / 255 * 5;
        if (!(std::abs(luma - level * luma_gain) < 1e-5 &&
              std::abs(chroma - level * 0.5 * chroma_gain) < 1e-5))
          ck_abort_msg("levels %g and %g at %d,%d", luma, chroma, x, y);
      }
  }
}
END_TEST

START_TEST(test_the_output_is_taken_from_the_frame_within_its_limits) {
  Stage stage(PixelFormat::i420);
  const Frame frame = textured(PixelFormat::i420);
  // The network finds 10 codes of luma and -6 of chroma everywhere.
  stage.engine.compute = [&] {
    for (int y = 0; y < stage.shape.height; ++y)
      for (int x = 0; x < stage.shape.width; ++x)
        for (int c = 0; c < kPackedChannels; ++c)
          stage.engine.output.at(c, x, y) = (c < 4 ? 10.0f : -6.0f) / 255;
  };
  // At most three times the level is taken.
  for (const auto& [level, luma, chroma] : {std::array{20, 10, -6}, {1, 3, -3}, {0, 0, 0}}) {
    const Frame out = stage.run(frame, {.noise_level = static_cast<double>(level)});
    for (int c = 0; c < 3; ++c)
      for (int y = 0; y < (c == 0 ? kHeight : kHeight / 2); ++y)
        for (int x = 0; x < (c == 0 ? kWidth : kWidth / 2); ++x)
          ck_assert_int_eq(
              sample(out.view(), c, x, y),
              std::clamp(sample(frame.view(), c, x, y) - (c == 0 ? luma : chroma), 0, 255));
  }
}
END_TEST

START_TEST(test_clipped_noise_is_corrected_in_frames_of_luma) {
  // The network finds nothing in a bright frame.
  constexpr int kCode = 240;
  for (const PixelFormat format : {PixelFormat::i420, PixelFormat::gray8, PixelFormat::rgb})
    for (const bool has_map : {false, true})
      for (const double level : {20.0, 50.0}) {
        Stage stage(format, "recurrent_unet", has_map);
        if (has_map) tell_levels(*stage.map_engine, level, level);
        Frame frame(format, kWidth, kHeight);
        for (int c = 0; c < format_info(format).component_count; ++c)
          fill_component(frame.view(), c, kCode);
        const Frame out = stage.run(frame, {.noise_level = has_map ? -1 : level});
        const bool is_corrected = level > 20 && format != PixelFormat::rgb;
        const auto shift = static_cast<int>(std::lround(50 * clipping_shift(15.0f / 50)));
        ck_assert_int_gt(shift, 2);
        ck_assert_int_eq(sample(out.view(), 0, 40, 20), kCode + (is_corrected ? shift : 0));
      }
}
END_TEST

START_TEST(test_the_state_comes_back_until_it_is_forgotten) {
  for (const PixelFormat format : {PixelFormat::i420, PixelFormat::i422_10le}) {
    Stage stage(format);
    FakeEngine& engine = stage.engine;
    engine.compute = [&] { remember_input(engine, 0.25f); };
    Frame frame = textured(format);
    const DenoiseSettings settings{.noise_level = 5};
    int frames = 0;
    const auto comes_back = [&](Frame& next, const DenoiseSettings& next_settings) {
      // A frame that is repeated would be denoised with the state before it.
      const FormatInfo& info = format_info(format);
      set_sample(next.view(), 0, 0, 0, deepened(info, ++frames));
      const std::vector<float> written = engine.state_out.values;
      stage.run(next, next_settings);
      if (is_unknown(engine.state_in)) return false;
      ck_assert(engine.state_in.values == written);
      return true;
    };
    ck_assert_double_eq(stage.stream.history(), 1);
    ck_assert(!comes_back(frame, settings));
    ck_assert_double_eq(stage.stream.history(), 4);
    ck_assert(comes_back(frame, settings));
    ck_assert(comes_back(frame, settings));
    // A frame that shows something else follows a cut.
    Frame other = textured(format, true);
    ck_assert(!comes_back(other, settings));
    ck_assert(comes_back(other, settings));
    stage.stream.forget();
    ck_assert_double_eq(stage.stream.history(), 1);
    ck_assert(!comes_back(other, settings));
    stage.stream.reset();
    ck_assert(!comes_back(other, settings));
    ck_assert(comes_back(other, settings));
    ck_assert(!comes_back(other, {.noise_level = 5, .temporal = false}));
  }
}
END_TEST

START_TEST(test_networks_without_a_state_have_no_history) {
  Stage stage(PixelFormat::i420, "unet");
  const Frame frame = textured(PixelFormat::i420);
  for (int i = 0; i < 2; ++i) {
    ck_assert(same_pixels(stage.run(frame, {}).view(), frame.view()));
    ck_assert_double_eq(stage.stream.history(), 1);
  }
  ck_assert_int_eq(stage.engine.runs, 2);
}
END_TEST

START_TEST(test_without_a_level_it_is_estimated) {
  Stage stage(PixelFormat::gray8);
  Frame frame(PixelFormat::gray8, kWidth, kHeight);
  fill_component(frame.view(), 0, 120);
  add_noise(frame.view(), frame.view(), NoiseModel::gaussian, 12, 1, 0);
  ck_assert_double_lt(stage.stream.estimated_noise_level(), 0);
  stage.run(frame, {});
  const double level = stage.stream.estimated_noise_level();
  ck_assert_double_eq_tol(level, 12, 2);
  ck_assert_double_eq_tol(stage.engine.input.at(kLumaNoiseChannel, 9, 9), level / 255 * 5, 1e-4);
  // The estimate of the noise outlives the state.
  stage.stream.forget();
  ck_assert_double_eq(stage.stream.estimated_noise_level(), level);
  stage.stream.reset();
  ck_assert_double_lt(stage.stream.estimated_noise_level(), 0);
}
END_TEST

START_TEST(test_memory_is_that_of_codes_and_state) {
  const Stage with_state(PixelFormat::i420), without_state(PixelFormat::i420, "unet");
  const std::int64_t positions = with_state.shape.height * with_state.shape.width;
  // There are two states of 16 bits, and 8-bit codes of the last frame and of the denoised picture.
  // The state also has what the searches for motion and for changes of brightness need, a row, the
  // motion that outlasts damaged frames, and there are gains for each block.
  const std::size_t blocks =
      MotionField(2 * with_state.shape.width, 2 * with_state.shape.height).vectors.size();
  const std::int64_t state_bytes =
      2 * 2 * kStateChannels * positions +
      static_cast<std::int64_t>(sizeof(float) * kStateChannels * with_state.shape.width +
                                blocks * (sizeof(MotionVector) + sizeof(float))) +
      MotionSearch(2 * with_state.shape.width, 2 * with_state.shape.height).memory_bytes() +
      LocalBrightness(2 * with_state.shape.height, 2 * with_state.shape.width).memory_bytes() +
      BrightnessSearch(2 * with_state.shape.height, 2 * with_state.shape.width).memory_bytes();
  ck_assert_int_ge(without_state.stream.memory_bytes(), 2 * 4 * positions);
  ck_assert_int_eq(with_state.stream.memory_bytes() - without_state.stream.memory_bytes(),
                   state_bytes);
}
END_TEST

START_TEST(test_a_noise_map_tells_the_levels) {
  for (const PixelFormat format :
       {PixelFormat::i420, PixelFormat::p010_10le, PixelFormat::y444, PixelFormat::gray8}) {
    Stage stage(format, "recurrent_unet", true);
    tell_levels(*stage.map_engine, 12, 7);
    const Frame frame = textured(format);
    stage.run(frame, {.noise_level = 20});
    ck_assert_int_eq(stage.map_engine->runs, 0);
    ck_assert_double_lt(stage.stream.estimated_noise_level(), 0);
    stage.stream.reset();
    stage.run(frame, {.strength = 1.5, .chroma_strength = 0.5});
    ck_assert_int_eq(stage.map_engine->runs, 1);
    const double chroma = format == PixelFormat::gray8 ? 0 : 7;
    for (int y = 0; y < kHeight / 2; ++y)
      for (int x = 0; x < kWidth / 2; ++x) {
        ck_assert_double_eq_tol(stage.engine.input.at(kLumaNoiseChannel, x, y), 12 * 1.5 / 255 * 5,
                                1e-5);
        ck_assert_double_eq_tol(stage.engine.input.at(kChromaNoiseChannel, x, y),
                                chroma * 0.75 / 255 * 5, 1e-5);
      }
    ck_assert_double_eq_tol(stage.engine.expected_noise, 12 * 1.5, 1e-3);
    ck_assert_double_eq_tol(stage.stream.estimated_noise_level(), 12, 1e-3);
    stage.stream.forget();
    ck_assert_double_eq_tol(stage.stream.estimated_noise_level(), 12, 1e-3);
    stage.stream.reset();
    ck_assert_double_lt(stage.stream.estimated_noise_level(), 0);
  }
}
END_TEST

START_TEST(test_a_repeated_frame_keeps_its_levels) {
  Stage stage(PixelFormat::gray8, "recurrent_unet", true);
  stage.engine.compute = [&] { remember_input(stage.engine, 0.5f); };
  tell_levels(*stage.map_engine, 12, 7);
  stage.run(still(1), {});
  tell_levels(*stage.map_engine, 3, 2);
  for (int i = 0; i < 2; ++i) {
    stage.run(still(1), {});
    ck_assert_int_eq(stage.map_engine->runs, 1);
    ck_assert(is_unknown(stage.engine.state_in));
    ck_assert_double_eq_tol(stage.engine.input.at(kLumaNoiseChannel, 9, 9), 12.0 / 255 * 5, 1e-5);
  }
  ck_assert_int_eq(stage.engine.runs, 3);
  stage.run(still(2), {});
  ck_assert_int_eq(stage.map_engine->runs, 2);
  ck_assert(!is_unknown(stage.engine.state_in));
  // More of a map is told where nothing moves.
  ck_assert_double_eq_tol(stage.engine.input.at(kLumaNoiseChannel, 9, 9),
                          3.0 / 255 * 5 * MotionGains::kOfMap.still, 1e-5);
}
END_TEST

START_TEST(test_a_repeated_frame_is_estimated_after_levels_that_were_told) {
  Stage stage(PixelFormat::gray8, "recurrent_unet", true);
  stage.engine.compute = [&] { remember_input(stage.engine, 0.5f); };
  tell_levels(*stage.map_engine, 12, 7);
  stage.run(still(1), {.noise_level = 20});
  ck_assert_int_eq(stage.map_engine->runs, 0);
  stage.run(still(1), {});
  ck_assert_int_eq(stage.map_engine->runs, 1);
  ck_assert_double_eq(mean_of_cells(*stage.map_engine, kCellKnown), 0);
  ck_assert_double_ge(stage.engine.input.at(kLumaNoiseChannel, 9, 9), 12.0 / 255 * 5 - 1e-5);
}
END_TEST

START_TEST(test_a_fade_is_no_change_of_the_noise) {
  for (const double fade : {0, -8}) {
    Stage stage(PixelFormat::gray8, "recurrent_unet", true);
    stage.engine.compute = [&] { remember_input(stage.engine, 0.5f); };
    tell_levels(*stage.map_engine, 2, 2);
    stage.run(still(1), {});
    ck_assert_double_eq(mean_of_cells(*stage.map_engine, kCellKnown), 0);
    stage.run(still(2, fade), {});
    ck_assert_double_gt(mean_of_cells(*stage.map_engine, kCellKnown), 0.99);
    // The mean of the differences of 16 samples of noise 2; 8 codes more would make it 0.9.
    ck_assert_double_lt(mean_of_cells(*stage.map_engine, kCellMeanChange), 0.1);
  }
}
END_TEST

START_TEST(test_a_flash_is_nothing_that_noise_is_compared_with) {
  std::vector<std::vector<float>> seen, states;
  for (const bool flash : {false, true}) {
    Stage stage(PixelFormat::gray8, "recurrent_unet", true);
    stage.engine.compute = [&] { remember_input(stage.engine, 0.5f); };
    tell_levels(*stage.map_engine, 2, 2);
    stage.run(still(1), {});
    if (flash) {
      stage.run(still(2, 60), {});
      ck_assert_double_eq(mean_of_cells(*stage.map_engine, kCellKnown), 0);
    }
    stage.run(still(3), {});
    states.push_back(stage.engine.state_in.values);
    seen.push_back(stage.map_engine->input.values);
  }
  // Small changes of brightness follow the frame, by less than this many codes.
  constexpr float kMaxCodes = 3;
  for (std::size_t i = 0; i < states[0].size(); ++i)
    ck_assert_float_le(255 * std::abs(states[0][i] - states[1][i]), kMaxCodes);
  ck_assert(seen[0] == seen[1]);
}
END_TEST

int main() {
  return run_suite(
      "packed_stream",
      {test_the_network_sees_the_frame_and_its_levels,
       test_the_output_is_taken_from_the_frame_within_its_limits,
       test_clipped_noise_is_corrected_in_frames_of_luma,
       test_the_state_comes_back_until_it_is_forgotten,
       test_networks_without_a_state_have_no_history, test_without_a_level_it_is_estimated,
       test_memory_is_that_of_codes_and_state, test_a_noise_map_tells_the_levels,
       test_a_repeated_frame_keeps_its_levels,
       test_a_repeated_frame_is_estimated_after_levels_that_were_told,
       test_a_fade_is_no_change_of_the_noise, test_a_flash_is_nothing_that_noise_is_compared_with});
}
