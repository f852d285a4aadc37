// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests the streams that a denoiser makes for a network, with networks that the test computes
// itself.
#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "fake_engine.h"
#include "stream/frame_stream.h"
#include "stream/picture_stream.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 33, kHeight = 17;

std::shared_ptr<const Model> unet() { return random_model("unet", nlohmann::json::object()); }

/// Makes a network that sees one channel, or three. Streams do not ask for its size.
std::shared_ptr<const Model> picture_model(int depth) {
  return random_model(
      "paper", {{"width", 34}, {"height", 18}, {"depth", depth}, {"filters", {2}}, {"latent", 2}});
}

/// Returns the mean code of a component.
double mean_code(const ConstFrameView& frame, int c) {
  const FormatInfo& info = format_info(frame.format);
  const int width = info.component_width(c, frame.width);
  const int height = info.component_height(c, frame.height);
  double sum = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) sum += sample(frame, c, x, y);
  return sum / (width * height);
}

}  // namespace

START_TEST(test_inputs_are_the_smallest_that_hold_a_frame) {
  const auto model =
      random_model("unet", {{"widths", {4, 6, 8}}, {"encoder", {0, 0, 0}}, {"decoder", {0, 0}}});
  const int unit = model->data().graph.alignment();
  ck_assert_int_eq(unit, 4);
  for (int width = 1; width < 40; ++width) {
    const TensorView input = network_input(model->data(), width, 70 - width);
    ck_assert_ptr_null(input.data);
    ck_assert_int_eq(input.channels, 8);
    for (const auto& [size, pixels] : {std::pair{input.width, width}, {input.height, 70 - width}}) {
      ck_assert_int_eq(size % unit, 0);
      ck_assert_int_ge(2 * size, pixels);
      ck_assert_int_lt(2 * (size - unit), pixels);
    }
  }
  const TensorView whole = network_input(picture_model(3)->data(), 17, 5);
  ck_assert(whole.channels == 3 && whole.width == 17 && whole.height == 5);
}
END_TEST

START_TEST(test_packed_streams_take_what_the_network_finds) {
  const auto model = unet();
  for (const FormatInfo& info : direct_formats()) {
    const TensorView shape = network_input(model->data(), kWidth, kHeight);
    const auto stream = make_frame_stream(model->data(), info.format, kWidth, kHeight);
    FakeEngines engine(shape, 6, false);
    const GuardedFrame in(info.format, kWidth, kHeight, 13, 1);
    GuardedFrame out(info.format, kWidth, kHeight, 5, 2);
    const DenoiseSettings settings{.noise_level = 20};
    // The network finds no noise.
    stream->run(in.view(), out.view(), {.noise_level = 0}, engine.all());
    ck_assert_msg(same_pixels(in.view(), out.view()), "%s", describe(in.view()).c_str());
    // The network finds that everything is 5 codes too bright.
    engine->compute = [&] {
      for (std::size_t i = 0; i < engine->output.values.size(); ++i)
        engine->output.values[i] = i % 6 < 4 ? 5.0f / 255 : 0;
    };
    Frame gray(info.format, kWidth, kHeight);
    for (int c = 0; c < info.component_count; ++c)
      fill_component(gray.view(), c, deepened(info, 120));
    Frame darker(info.format, kWidth, kHeight);
    stream->run(gray.view(), darker.view(), settings, engine.all());
    const bool is_rgb = info.family == ColorFamily::rgb;
    for (int c = 0; c < info.component_count; ++c)
      ck_assert_double_eq_tol(mean_code(darker.view(), c) / codes_per_8bit(info),
                              c == 0 || is_rgb ? 115 : 120, 0.2);
    ck_assert(out.outside_unchanged());
    ck_assert_double_eq(stream->history(), 1);
    // A stream holds at least the codes of the last frame and of the last denoised picture.
    ck_assert_int_ge(stream->memory_bytes(), 2 * kWidth * kHeight);
  }
}
END_TEST

START_TEST(test_packed_streams_estimate_until_they_are_reset) {
  const auto model = unet();
  const auto stream = make_frame_stream(model->data(), PixelFormat::gray8, 96, 64);
  FakeEngines engine(network_input(model->data(), 96, 64), 6, false);
  Frame frame(PixelFormat::gray8, 96, 64);
  fill_component(frame.view(), 0, 120);
  add_noise(frame.view(), frame.view(), NoiseModel::gaussian, 15, 1, 0);
  ck_assert_double_lt(stream->estimated_noise_level(), 0);
  stream->run(frame.view(), frame.view(), {}, engine.all());
  const double level = stream->estimated_noise_level();
  ck_assert_double_eq_tol(level, 15, 3);
  stream->forget();
  ck_assert_double_eq(stream->estimated_noise_level(), level);
  stream->reset();
  ck_assert_double_lt(stream->estimated_noise_level(), 0);
}
END_TEST

START_TEST(test_pictures_are_mixed_by_the_strength) {
  const auto model = picture_model(1);
  const TensorView shape = network_input(model->data(), kWidth, kHeight);
  const auto stream = make_frame_stream(model->data(), PixelFormat::gray8, kWidth, kHeight);
  FakeEngines engine(shape, 1, false);
  // The network makes everything half as bright.
  engine->compute = [&] {
    for (std::size_t i = 0; i < engine->output.values.size(); ++i)
      engine->output.values[i] = engine->input.values[i] / 2;
  };
  const GuardedFrame in(PixelFormat::gray8, kWidth, kHeight);
  for (const auto& [strength, share] :
       {std::pair{1.0, 1.0}, {0.5, 0.5}, {0.25, 0.25}, {2.0, 1.0}}) {
    Frame out(PixelFormat::gray8, kWidth, kHeight);
    stream->run(in.view(), out.view(), {.strength = strength}, engine.all());
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        ck_assert_double_eq_tol(engine->input.at(0, x, y), sample(in.view(), 0, x, y) / 255.0,
                                1e-6);
        // Halves may be rounded either way.
        ck_assert_double_eq_tol(sample(out.view(), 0, x, y),
                                sample(in.view(), 0, x, y) * (1 - share / 2), 0.51);
      }
  }
  ck_assert_double_lt(stream->estimated_noise_level(), 0);
  ck_assert_double_eq(stream->history(), 1);
  ck_assert_int_eq(stream->memory_bytes(), 2 * 4 * kWidth * kHeight);
}
END_TEST

START_TEST(test_chroma_of_pictures_has_a_strength_of_its_own) {
  const TensorView shape{nullptr, 3, kHeight, kWidth};
  PictureStream stream(shape, 3);
  FakeEngines engine(shape, 3, false);
  // The network turns everything to a middle gray.
  engine->compute = [&] {
    std::fill(engine->output.values.begin(), engine->output.values.end(), 0.5f);
  };
  Frame in(PixelFormat::y444, kWidth, kHeight), out(PixelFormat::y444, kWidth, kHeight);
  fill_component(in.view(), 0, 100);
  fill_component(in.view(), 1, 138);
  fill_component(in.view(), 2, 108);
  for (const auto& [strength, chroma_strength] :
       {std::pair{1.0, 1.0}, {1.0, 0.0}, {0.5, 1.0}, {0.5, 0.5}, {0.5, 2.0}}) {
    stream.run(in.view(), out.view(), {.strength = strength, .chroma_strength = chroma_strength},
               engine.all());
    const double chroma = strength * chroma_strength;
    for (const auto& [c, before, after, share] :
         {std::tuple{0, 100, 127.5, strength}, {1, 138, 128.0, chroma}, {2, 108, 128.0, chroma}})
      ck_assert_double_eq_tol(mean_code(out.view(), c), before + share * (after - before), 0.51);
  }
}
END_TEST

int main() {
  return run_suite("frame_stream", {test_inputs_are_the_smallest_that_hold_a_frame,
                                    test_packed_streams_take_what_the_network_finds,
                                    test_packed_streams_estimate_until_they_are_reset,
                                    test_pictures_are_mixed_by_the_strength,
                                    test_chroma_of_pictures_has_a_strength_of_its_own});
}
