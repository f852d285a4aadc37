// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "noise/synthesis/models.h"
#include "noise/synthesis/random.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/moments.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// A noise model and its level.
using Noise = std::pair<NoiseModel, double>;

void check_frame_noise(PixelFormat format, int width, int height, const Noise& noise) {
  const auto& [model, level] = noise;
  GuardedFrame in(format, width, height, 3, 1), out(format, width, height, 8, 2);
  GuardedFrame reversed(format, width, height, 1, 3, true);
  add_noise(in.view(), out.view(), model, level, 5, 6);
  add_noise(in.view(), reversed.view(), model, level, 5, 6);
  ck_assert(same_pixels(out.view(), reversed.view()));
  ck_assert(out.outside_unchanged() && reversed.outside_unchanged());
  if (width * height < 1000) return;
  add_noise(in.view(), reversed.view(), model, level, 5, 7);
  ck_assert(!same_components(out.view(), reversed.view()));
  add_noise(in.view(), reversed.view(), model, level, 4, 6);
  ck_assert(!same_components(out.view(), reversed.view()));
  add_noise(in.view(), in.view(), model, level, 5, 6);
  ck_assert_msg(same_pixels(out.view(), in.view()), "in place differs");
}

void check_layouts(const FormatInfo& a, const FormatInfo& b, const Noise& noise) {
  GuardedFrame frame_a(a.format, 35, 27), frame_b(b.format, 35, 27);
  for (int c = 0; c < a.component_count; ++c) {
    fill_component(frame_b.view(), c, deepened(b, 60 + 50 * c));
    for (int y = 0; y < a.component_height(c, 27); ++y)
      for (int x = 0; x < a.component_width(c, 35); ++x)
        set_sample(frame_a.view(), c, x, y, sample(frame_b.view(), c, x, y));
  }
  add_noise(frame_a.view(), frame_a.view(), noise.first, noise.second, 5, 6);
  add_noise(frame_b.view(), frame_b.view(), noise.first, noise.second, 5, 6);
  for (int c = 0; c < a.component_count; ++c)
    for (int y = 0; y < a.component_height(c, 27); ++y)
      for (int x = 0; x < a.component_width(c, 35); ++x)
        if (sample(frame_b.view(), c, x, y) !=
            kept_code(frame_b.view(), c, x, sample(frame_a.view(), c, x, y)))
          ck_abort_msg("%s: component %d at %d,%d", describe(frame_b.view()).c_str(), c, x, y);
}

}  // namespace

START_TEST(test_frames_have_noise_in_each_component) {
  for (const FormatInfo& info : direct_formats()) {
    GuardedFrame frame(info.format, 331, 241);
    const double scale = codes_per_8bit(info);
    const int mean = deepened(info, 128);
    for (int c = 0; c < info.component_count; ++c) fill_component(frame.view(), c, mean);
    add_noise(frame.view(), frame.view(), NoiseModel::gaussian, 10, 1, 0);
    for (int c = 0; c < info.component_count; ++c) {
      std::vector<int> codes;
      for (int y = 0; y < info.component_height(c, 241); ++y)
        for (int x = 0; x < info.component_width(c, 331); ++x)
          codes.push_back(sample(frame.view(), c, x, y));
      const Moments found = moments(codes);
      ck_assert_double_le(std::abs(found.mean - mean), 0.4 * scale);
      // Rounding adds 1/12 to the variance.
      ck_assert_double_le(std::abs(found.deviation - std::sqrt(100 * scale * scale + 1 / 12.0)),
                          0.3 * scale);
    }
  }
}
END_TEST

// Noise of half a code of 8 bits and less would vanish in 8 bits.
START_TEST(test_deep_frames_have_weak_noise) {
  for (const auto& [format, level] :
       {std::pair{PixelFormat::gray16_le, 0.05}, {PixelFormat::i420_10le, 0.3}}) {
    const FormatInfo& info = format_info(format);
    GuardedFrame frame(format, 331, 241);
    for (int c = 0; c < info.component_count; ++c)
      fill_component(frame.view(), c, deepened(info, 100));
    add_noise(frame.view(), frame.view(), NoiseModel::gaussian, level, 1, 0);
    std::vector<int> codes;
    for (int y = 0; y < 241; ++y)
      for (int x = 0; x < 331; ++x) codes.push_back(sample(frame.view(), 0, x, y));
    const double wanted = std::sqrt(std::pow(level * codes_per_8bit(info), 2) + 1 / 12.0);
    // The limit is five standard errors.
    ck_assert_double_le(std::abs(moments(codes).deviation / wanted - 1),
                        5 / std::sqrt(2 * 331 * 241.0));
  }
}
END_TEST

START_TEST(test_frame_noise_is_that_of_its_samples) {
  for (const NoiseModelInfo& model : noise_models()) {
    GuardedFrame frame(PixelFormat::gray8, 4999, 1);
    std::vector<float> samples(4999);
    for (int x = 0; x < 4999; ++x) samples[x] = sample(frame.view(), 0, x, 0) / 255.0f;
    add_noise(samples, model.model, model.default_level, 7);
    add_noise(frame.view(), frame.view(), model.model, model.default_level, 7, 0);
    for (int x = 0; x < 4999; ++x)
      ck_assert_int_eq(sample(frame.view(), 0, x, 0),
                       std::lround(std::clamp(samples[x] * 255.0f, 0.0f, 255.0f)));
  }
}
END_TEST

START_TEST(test_frame_noise_depends_on_seed_index_and_place_only) {
  for (const NoiseModelInfo& model : noise_models())
    for (const FormatInfo& info : formats())
      for (const auto& [width, height] : kSizes)
        check_frame_noise(info.format, width, height, {model.model, model.default_level});
}
END_TEST

START_TEST(test_models_draw_as_often_as_they_say) {
  for (const NoiseModelInfo& model : noise_models())
    for (const std::size_t count : {1u, 1023u, 1024u, 1025u, 5000u}) {
      Random used(3), skipped(3);
      std::vector<float> samples(count, 0.4f);
      noise_function(model.model)(samples, model.default_level, used);
      skipped.skip(noise_draws(model.model, count));
      ck_assert_msg(used.next() == skipped.next(), "%s, %zu samples",
                    std::string(model.name).c_str(), count);
    }
}
END_TEST

START_TEST(test_frame_noise_does_not_depend_on_threads) {
  ThreadPool threads(3);
  for (const NoiseModelInfo& model : noise_models())
    for (const FormatInfo& info : formats())
      for (const auto& [width, height] : kSizes) {
        const GuardedFrame in(info.format, width, height, 4, 1);
        GuardedFrame alone(info.format, width, height, 7, 2);
        GuardedFrame shared(info.format, width, height, 7, 3);
        add_noise(in.view(), alone.view(), model.model, model.default_level, 5, 6);
        add_noise(in.view(), shared.view(), model.model, model.default_level, 5, 6, &threads);
        ck_assert(same_pixels(alone.view(), shared.view()));
        ck_assert(shared.outside_unchanged());
      }
}
END_TEST

START_TEST(test_layouts_of_a_picture_get_the_same_noise) {
  for (const NoiseModelInfo& model : noise_models())
    for (const FormatInfo& a : direct_formats())
      for (const FormatInfo& b : formats())
        if (a.family == b.family && a.depth == b.depth &&
            a.component[1].log2_sub_x == b.component[1].log2_sub_x &&
            a.component[1].log2_sub_y == b.component[1].log2_sub_y)
          check_layouts(a, b, {model.model, model.default_level});
}
END_TEST

START_TEST(test_level_zero_copies_frames) {
  for (const NoiseModelInfo& model : noise_models())
    for (const FormatInfo& info : formats()) {
      GuardedFrame in(info.format, 65, 33, 3, 1), out(info.format, 65, 33, 8, 2);
      add_noise(in.view(), out.view(), model.model, 0, 1, 1);
      ck_assert(same_pixels(in.view(), out.view()));
    }
}
END_TEST

START_TEST(test_refuses_frames_that_differ) {
  GuardedFrame in(PixelFormat::i420, 4, 4), wide(PixelFormat::i420, 5, 4);
  DAE_ASSERT_ERROR(add_noise(in.view(), wide.view(), NoiseModel::gaussian, 1, 1, 1), bad_argument);
  DAE_ASSERT_ERROR(add_noise(in.view(), in.view(), NoiseModel::gaussian, 101, 1, 1), bad_argument);
}
END_TEST

int main() {
  return run_suite(
      "add_noise",
      {test_frames_have_noise_in_each_component, test_deep_frames_have_weak_noise,
       test_frame_noise_is_that_of_its_samples,
       test_frame_noise_depends_on_seed_index_and_place_only, test_models_draw_as_often_as_they_say,
       test_frame_noise_does_not_depend_on_threads, test_layouts_of_a_picture_get_the_same_noise,
       test_level_zero_copies_frames, test_refuses_frames_that_differ});
}
