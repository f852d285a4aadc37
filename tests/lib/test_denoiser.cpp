// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests the denoiser with the engine that it chooses itself.
#include <denoiseae/denoiser.h>
#include <denoiseae/metrics.h>
#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "frame/samples.h"
#include "model/manifest.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

std::shared_ptr<const Model> zero_model() {
  const TempFolder folder;
  save_tiny_model(folder / "m.safetensors");
  return load_model((folder / "m.safetensors").string());
}

/// Denoises a frame whose samples are code(component, x, y).
template <typename Code>
Frame denoised_pattern(const std::shared_ptr<const Model>& model, PixelFormat format, int width,
                       int height, double noise_level, const Code& code) {
  Denoiser denoiser;
  denoiser.load(model);
  denoiser.configure(format, width, height);
  Frame frame(format, width, height);
  const FormatInfo& info = format_info(format);
  for (int c = 0; c < info.component_count; ++c)
    for (int y = 0; y < info.component_height(c, height); ++y)
      for (int x = 0; x < info.component_width(c, width); ++x)
        set_sample(frame.view(), c, x, y, code(c, x, y));
  denoiser.process(frame.view(), frame.view(), {.noise_level = noise_level});
  return frame;
}

}  // namespace

START_TEST(test_any_size_of_any_format_is_denoised) {
  Denoiser denoiser;
  denoiser.load(random_model("unet", nlohmann::json::object()));
  for (const FormatInfo& info : formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame in(info.format, width, height, 13, 1);
      GuardedFrame out(info.format, width, height, 5, 2);
      denoiser.configure(info.format, width, height);
      DenoiseSettings settings;
      settings.noise_level = 20;
      denoiser.process(in.view(), out.view(), settings);
      ck_assert_msg(out.outside_unchanged(), "%s", describe(in.view()).c_str());
      ck_assert_msg(!same_pixels(in.view(), out.view()), "%s", describe(in.view()).c_str());
      // A frame that is denoised in place and stands upside down gives the same result.
      GuardedFrame twin(info.format, width, height, 13, 1, true);
      copy_frame(in.view(), twin.view());
      denoiser.process(twin.view(), twin.view(), settings);
      ck_assert_msg(same_pixels(twin.view(), out.view()), "%s", describe(in.view()).c_str());
    }
}
END_TEST

START_TEST(test_plane_orders_and_interleaving_do_not_matter) {
  const auto model = random_model("unet", nlohmann::json::object());
  const auto denoised = [&](PixelFormat format) {
    return denoised_pattern(model, format, 37, 21, 15,
                            [](int c, int x, int y) { return (c * 50 + x * 7 + y * 3) % 256; });
  };
  const Frame i420 = denoised(PixelFormat::i420);
  for (PixelFormat f : {PixelFormat::yv12, PixelFormat::nv12, PixelFormat::nv21}) {
    ck_assert(same_components(i420.view(), denoised(f).view()));
  }
  ck_assert(same_components(denoised(PixelFormat::i420_10le).view(),
                            denoised(PixelFormat::p010_10le).view()));
  const Frame rgb = denoised(PixelFormat::rgb);
  for (PixelFormat f : {PixelFormat::bgr, PixelFormat::rgbx, PixelFormat::bgrx, PixelFormat::xrgb,
                        PixelFormat::xbgr, PixelFormat::rgba, PixelFormat::bgra, PixelFormat::argb,
                        PixelFormat::abgr}) {
    ck_assert(same_components(rgb.view(), denoised(f).view()));
  }
}
END_TEST

START_TEST(test_strength_zero_and_zero_weights_copy) {
  for (const FormatInfo& info : formats()) {
    const GuardedFrame in(info.format, 33, 17, 13, 1);
    GuardedFrame out(info.format, 33, 17, 5, 2);
    DenoiseSettings settings;
    settings.strength = 0;
    Denoiser denoiser;
    denoiser.load(random_model("unet", nlohmann::json::object()));
    denoiser.configure(info.format, 33, 17);
    denoiser.process(in.view(), out.view(), settings);
    ck_assert_msg(same_pixels(in.view(), out.view()), "%s", describe(in.view()).c_str());

    GuardedFrame unchanged(info.format, 33, 17, 5, 3);
    settings.strength = 1;
    settings.noise_level = 0;
    denoiser.load(zero_model());
    denoiser.configure(info.format, 33, 17);
    denoiser.process(in.view(), unchanged.view(), settings);
    ck_assert_msg(same_pixels(in.view(), unchanged.view()), "%s", describe(in.view()).c_str());
  }
}
END_TEST

// Codes between those of 8 bits reach the output. That they are read as well is seen where nothing
// is removed.
START_TEST(test_results_have_the_depth_of_the_format) {
  const auto model = random_model("unet", nlohmann::json::object());
  const auto denoised = [&](PixelFormat format) {
    return denoised_pattern(model, format, 67, 45, 10,
                            [](int, int x, int y) { return 300 + 3 * x + 2 * y + (x * y) % 7; });
  };
  const Frame planar = denoised(PixelFormat::i420_10le), packed = denoised(PixelFormat::p010_10le);
  ck_assert(same_components(planar.view(), packed.view()));
  int between = 0;
  for (int y = 0; y < 45; ++y)
    for (int x = 0; x < 67; ++x) {
      const double code_8bit =
          sample(planar.view(), 0, x, y) / codes_per_8bit(format_info(planar.format()));
      between += std::abs(code_8bit - std::round(code_8bit)) > 0.2;
      const std::uint8_t* word = packed.view().row(0, y) + 2 * x;
      ck_assert_int_eq(word[0] + 256 * word[1], 64 * sample(planar.view(), 0, x, y));
    }
  // Frames of 8 bits would have all codes within 0.13 of a whole one.
  ck_assert_int_gt(between, 67 * 45 / 2);
}
END_TEST

START_TEST(test_strength_zero_passes_bits_that_hold_no_code) {
  for (const PixelFormat format : {PixelFormat::p010_10le, PixelFormat::i420_10le}) {
    Frame in(format, 33, 17), out(format, 33, 17);
    for (int p = 0; p < format_info(format).plane_count; ++p)
      for (int y = 0; y < format_info(format).plane_rows(p, 17); ++y)
        for (int i = 0; i < format_info(format).plane_row_bytes(p, 33); ++i)
          in.view().row(p, y)[i] = static_cast<std::uint8_t>(37 * i + 11 * y + p);
    Denoiser denoiser;
    denoiser.load(zero_model());
    denoiser.configure(format, 33, 17);
    denoiser.process(in.view(), out.view(), {.strength = 0});
    ck_assert(same_pixels(in.view(), out.view()));
  }
}
END_TEST

START_TEST(test_chroma_strength_zero_leaves_chroma_alone) {
  Denoiser denoiser;
  denoiser.load(random_model("unet", nlohmann::json::object()));
  denoiser.configure(PixelFormat::nv12, 32, 32);
  const GuardedFrame in(PixelFormat::nv12, 32, 32, 13, 1);
  GuardedFrame out(PixelFormat::nv12, 32, 32, 5, 2);
  DenoiseSettings settings;
  settings.noise_level = 30;
  settings.chroma_strength = 0;
  denoiser.process(in.view(), out.view(), settings);
  bool luma_changed = false;
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 32; ++x)
      luma_changed |= sample(in.view(), 0, x, y) != sample(out.view(), 0, x, y);
  ck_assert(luma_changed);
  for (int c = 1; c < 3; ++c)
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 16; ++x)
        ck_assert_int_eq(sample(in.view(), c, x, y), sample(out.view(), c, x, y));
}
END_TEST

START_TEST(test_blind_follows_the_estimate) {
  Denoiser denoiser;
  denoiser.load(random_model("unet", nlohmann::json::object()));
  denoiser.configure(PixelFormat::gray8, 128, 128);
  Frame frame(PixelFormat::gray8, 128, 128);
  fill_component(frame.view(), 0, 120);
  add_noise(frame.view(), frame.view(), NoiseModel::gaussian, 20, 5, 0);
  ck_assert_double_lt(denoiser.estimated_noise_level(), 0);
  Frame blind(PixelFormat::gray8, 128, 128);
  denoiser.process(frame.view(), blind.view());
  const double estimate = denoiser.estimated_noise_level();
  ck_assert_double_eq_tol(estimate, 20, 2);
  Frame given(PixelFormat::gray8, 128, 128);
  DenoiseSettings settings;
  settings.noise_level = estimate;
  denoiser.process(frame.view(), given.view(), settings);
  ck_assert(same_pixels(blind.view(), given.view()));
  denoiser.reset();
  ck_assert_double_lt(denoiser.estimated_noise_level(), 0);
}
END_TEST

START_TEST(test_a_network_that_estimates_noise_is_refused) {
  Denoiser denoiser;
  DAE_ASSERT_ERROR(denoiser.load(random_model("noise_map", nlohmann::json::object())),
                   incompatible_model);
}
END_TEST

START_TEST(test_show_replaces_the_picture) {
  constexpr int kSize = 48;
  Denoiser denoiser;
  denoiser.load(random_model("unet", nlohmann::json::object()));
  denoiser.configure(PixelFormat::i420, kSize, kSize);
  const GuardedFrame in(PixelFormat::i420, kSize, kSize, 13, 1);
  Frame picture(PixelFormat::i420, kSize, kSize);
  DenoiseSettings settings;
  settings.noise_level = 9;
  denoiser.process(in.view(), picture.view(), settings);
  Frame shown(PixelFormat::i420, kSize, kSize);
  settings.show = Show::difference;
  denoiser.process(in.view(), shown.view(), settings);
  Frame in_place(PixelFormat::i420, kSize, kSize);
  copy_frame(in.view(), in_place.view());
  denoiser.process(std::as_const(in_place).view(), in_place.view(), settings);
  ck_assert(same_pixels(shown.view(), in_place.view()));
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < (c == 0 ? kSize : kSize / 2); ++y)
      for (int x = 0; x < (c == 0 ? kSize : kSize / 2); ++x)
        ck_assert_int_eq(
            sample(shown.view(), c, x, y),
            std::clamp(128 + 4 * (sample(in.view(), c, x, y) - sample(picture.view(), c, x, y)), 0,
                       255));
  // The level was given, so that it is the same everywhere.
  settings.show = Show::noise;
  denoiser.process(in.view(), shown.view(), settings);
  ck_assert_int_eq(sample(shown.view(), 0, 5, 40), 36);
  ck_assert_int_eq(sample(shown.view(), 1, 5, 10), 128);
}
END_TEST

START_TEST(test_the_noise_map_is_the_root_mean_square_of_what_is_shown) {
  constexpr int kWidth = 72, kHeight = 40;  // 9 x 5 blocks of 8x8 pixels
  Denoiser denoiser;
  TensorFile file = file_with_noise_map("unet", nlohmann::json::object(), nlohmann::json::object());
  // Levels above 63 codes cannot be shown.
  for (const char* name : {"noise_map.levels.weight", "noise_map.levels.bias"})
    for (float& value : file.tensors[name].values) value *= 1e-3f;
  denoiser.load(make_model(std::move(file), "random"));
  denoiser.configure(PixelFormat::i420, kWidth, kHeight);
  const GuardedFrame in(PixelFormat::i420, kWidth, kHeight, 13, 1);
  Frame shown(PixelFormat::i420, kWidth, kHeight);
  DenoiseSettings settings;
  settings.show = Show::noise;
  denoiser.process(in.view(), shown.view(), settings);
  const NoiseMap map = denoiser.noise_map();
  ck_assert_int_eq(map.columns, 5);
  ck_assert_int_eq(map.rows, 3);
  ck_assert(map.luma.size() == 15 && map.chroma.size() == 15);
  bool differs = false;
  for (int y = 0; y < map.rows; ++y)
    for (int x = 0; x < map.columns; ++x) {
      double squares = 0;
      int count = 0;
      for (int v = 16 * y; v < std::min(16 * y + 16, kHeight); v += 8)
        for (int u = 16 * x; u < std::min(16 * x + 16, kWidth); u += 8, ++count) {
          const int code = sample(shown.view(), 0, u, v);
          squares += code * code / 16.0;
          differs = differs || code != sample(shown.view(), 0, 16 * x, 16 * y);
        }
      // A level is shown to an eighth of a code.
      ck_assert_double_eq_tol(map.luma[static_cast<std::size_t>(y * map.columns + x)],
                              std::sqrt(squares / count), 0.126);
    }
  ck_assert(differs);
}
END_TEST

START_TEST(test_bad_use_is_refused_and_the_object_survives) {
  Denoiser denoiser;
  Frame frame(PixelFormat::gray8, 16, 16);
  fill_component(frame.view(), 0, 9);
  DAE_ASSERT_ERROR(denoiser.load(nullptr), bad_argument);
  DAE_ASSERT_ERROR(denoiser.configure(PixelFormat::gray8, 16, 16), bad_argument);
  DAE_ASSERT_ERROR(denoiser.process(frame.view(), frame.view()), bad_argument);
  denoiser.load(zero_model());
  DAE_ASSERT_ERROR(denoiser.process(frame.view(), frame.view()), bad_argument);
  for (const auto& [w, h] : {std::pair{0, 16}, {16, 0}, {-1, 16}, {40000, 16}}) {
    DAE_ASSERT_ERROR(denoiser.configure(PixelFormat::gray8, w, h), unsupported_format);
  }
  EngineOptions options;
  options.device = "cuda:7";
  DAE_ASSERT_ERROR(denoiser.configure(PixelFormat::gray8, 16, 16, options), device_unavailable);
  DAE_ASSERT_ERROR(denoiser.process(frame.view(), frame.view()), bad_argument);
  denoiser.configure(PixelFormat::gray8, 16, 16);
  const Frame other(PixelFormat::gray8, 16, 15);
  DAE_ASSERT_ERROR(denoiser.process(other.view(), frame.view()), bad_argument);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const DenoiseSettings& bad :
       {DenoiseSettings{101, 1, 1}, DenoiseSettings{5, -1, 1}, DenoiseSettings{5, 3, 1},
        DenoiseSettings{5, 1, 2.5}, DenoiseSettings{nan, 1, 1}, DenoiseSettings{5, nan, 1}}) {
    DAE_ASSERT_ERROR(denoiser.process(frame.view(), frame.view(), bad), bad_argument);
  }
  denoiser.process(frame.view(), frame.view());
  ck_assert_int_eq(sample(frame.view(), 0, 3, 3), 9);
}
END_TEST

START_TEST(test_the_past_of_another_denoiser_goes_on) {
  constexpr int kWidth = 70, kHeight = 50;  // the packed planes are larger than the frame
  const TempFolder folder;
  save_averaging_model(folder / "a.safetensors");
  save_averaging_model(folder / "b.safetensors");
  save_tiny_model(folder / "tiny.safetensors");
  const auto configured = [&](const char* name, PixelFormat format, int height) {
    Denoiser denoiser;
    denoiser.load(load_model((folder / name).string()));
    denoiser.configure(format, kWidth, height);
    return denoiser;
  };
  for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::i420, PixelFormat::rgb}) {
    Denoiser whole = configured("a.safetensors", format, kHeight);
    Denoiser first = configured("a.safetensors", format, kHeight);
    Denoiser second = configured("b.safetensors", format, kHeight);
    Denoiser alone = configured("b.safetensors", format, kHeight);
    const GuardedFrame texture(format, kWidth, kHeight, 0, 1);
    for (int i = 0; i < 6; ++i) {
      Frame noisy(format, kWidth, kHeight), expected = noisy, found = noisy, fresh = noisy;
      add_noise(texture.view(), noisy.view(), NoiseModel::gaussian, 10, 4, i);
      whole.process(noisy.view(), expected.view());
      // The second one forgets what it saw before.
      if (i == 1) second.process(texture.view(), found.view());
      if (i == 3) second.take_past(first);
      (i < 3 ? first : second).process(noisy.view(), found.view());
      ck_assert(same_pixels(expected.view(), found.view()));
      if (i < 3) continue;
      alone.process(noisy.view(), fresh.view());
      ck_assert_double_gt(second.history(), 1.5 + alone.history() - 1);
      ck_assert_double_eq(second.estimated_noise_level(), whole.estimated_noise_level());
    }
    ck_assert_double_eq(first.history(), 1);
    ck_assert_double_lt(first.estimated_noise_level(), 0);
    // A network without a state begins a stream, but knows the noise.
    Denoiser stateless = configured("tiny.safetensors", format, kHeight);
    stateless.take_past(second);
    ck_assert_double_eq(stateless.history(), 1);
    ck_assert_double_eq(stateless.estimated_noise_level(), whole.estimated_noise_level());
    DAE_ASSERT_ERROR(configured("a.safetensors", format, kHeight + 1).take_past(whole),
                     bad_argument);
  }
  Denoiser other = configured("a.safetensors", PixelFormat::nv12, kHeight);
  Denoiser gray = configured("a.safetensors", PixelFormat::gray8, kHeight);
  DAE_ASSERT_ERROR(other.take_past(gray), bad_argument);
  Denoiser unconfigured;
  DAE_ASSERT_ERROR(unconfigured.take_past(gray), bad_argument);
  DAE_ASSERT_ERROR(gray.take_past(unconfigured), bad_argument);
}
END_TEST

START_TEST(test_equal_runs_give_equal_bytes_and_info_is_true) {
  const auto model = random_model("unet", nlohmann::json::object());
  const GuardedFrame in(PixelFormat::i420, 200, 100, 13, 1);
  Frame first(PixelFormat::i420, 200, 100);
  for (int run = 0; run < 3; ++run) {
    Denoiser denoiser;
    denoiser.load(model);
    EngineOptions options;
    options.threads = 2;
    denoiser.configure(PixelFormat::i420, 200, 100, options);
    ck_assert(denoiser.info().engine != EngineKind::automatic);
    ck_assert(denoiser.info().precision != Precision::automatic);
    ck_assert_uint_eq(denoiser.info().threads, 2);
    ck_assert_int_gt(denoiser.info().memory_bytes, 100 * 50 * (8 + 6) * 4);
    Frame out(PixelFormat::i420, 200, 100);
    denoiser.process(in.view(), out.view());
    if (run == 0) first = out;
    ck_assert(same_pixels(first.view(), out.view()));
  }
}
END_TEST

int main() {
  return run_suite(
      "denoiser",
      {test_any_size_of_any_format_is_denoised, test_plane_orders_and_interleaving_do_not_matter,
       test_strength_zero_and_zero_weights_copy, test_results_have_the_depth_of_the_format,
       test_strength_zero_passes_bits_that_hold_no_code,
       test_chroma_strength_zero_leaves_chroma_alone, test_blind_follows_the_estimate,
       test_a_network_that_estimates_noise_is_refused, test_show_replaces_the_picture,
       test_the_noise_map_is_the_root_mean_square_of_what_is_shown,
       test_bad_use_is_refused_and_the_object_survives, test_the_past_of_another_denoiser_goes_on,
       test_equal_runs_give_equal_bytes_and_info_is_true});
}
