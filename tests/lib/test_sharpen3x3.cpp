// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/sharpen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// The definition in floating point. It is exact for amounts that are multiples of 1/256.
int slow_sharpen(const ConstFrameView& in, int c, int x, int y, double a) {
  const FormatInfo& info = format_info(in.format);
  const int last_x = info.component_width(c, in.width) - 1;
  const int last_y = info.component_height(c, in.height) - 1;
  const double kernel[3][3] = {{0, -a, 0}, {-a, 1 + 4 * a, -a}, {0, -a, 0}};
  double sum = 0;
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx)
      sum += kernel[dy + 1][dx + 1] *
             sample(in, c, std::clamp(x + dx, 0, last_x), std::clamp(y + dy, 0, last_y));
  const double rounded = std::clamp(std::floor(sum + 0.5), 0.0, info.max_code());
  return kept_code(in, c, x, static_cast<int>(rounded));
}

void check_sharpened(const ConstFrameView& in, const ConstFrameView& out, double amount,
                     bool luma_only) {
  const FormatInfo& info = format_info(in.format);
  for (int c = 0; c < info.component_count; ++c) {
    const bool kept = luma_only && c > 0 && info.family == ColorFamily::yuv;
    for (int y = 0; y < info.component_height(c, in.height); ++y)
      for (int x = 0; x < info.component_width(c, in.width); ++x) {
        const int expected = kept ? sample(in, c, x, y) : slow_sharpen(in, c, x, y, amount);
        // There is no assertion for each sample, because it would write to the test runner even
        // when it holds.
        if (sample(out, c, x, y) != expected)
          ck_abort_msg("%s amount %g luma_only %d component %d at %d,%d: %d instead of %d",
                       describe(in).c_str(), amount, luma_only, c, x, y, sample(out, c, x, y),
                       expected);
      }
  }
}

}  // namespace

START_TEST(test_equals_the_definition) {
  for (const FormatInfo& info : formats())
    for (const auto& [width, height] : kSizes)
      for (double amount : {1 / 256.0, 0.5, 1.0, 4.0})
        for (bool luma_only : {true, false}) {
          const GuardedFrame in(info.format, width, height, 5, 1);
          GuardedFrame out(info.format, width, height, 14, 2);
          sharpen3x3(in.view(), out.view(), amount, luma_only);
          check_sharpened(in.view(), out.view(), amount, luma_only);
          ck_assert(out.outside_unchanged());
        }
}
END_TEST

START_TEST(test_threads_share_a_frame) {
  ThreadPool threads(3);
  ck_assert_uint_eq(threads.count(), 3);
  for (const FormatInfo& info : formats())
    for (const auto& [width, height] : kSizes)
      for (bool luma_only : {true, false}) {
        const GuardedFrame in(info.format, width, height, 5, 1);
        GuardedFrame out(info.format, width, height, 14, 2);
        sharpen3x3(in.view(), out.view(), 0.5, luma_only, &threads);
        check_sharpened(in.view(), out.view(), 0.5, luma_only);
        ck_assert(out.outside_unchanged());
      }
}
END_TEST

START_TEST(test_smooth_pictures_meet_no_limit) {
  // In random pictures most samples are clamped. A picture of low contrast shows errors of one
  // code.
  GuardedFrame in(PixelFormat::bgra, 131, 40), out(PixelFormat::bgra, 131, 40);
  fill_random(in.view(), 3);
  for (int y = 0; y < 40; ++y)
    for (int i = 0; i < 4 * 131; ++i) in.view().row(0, y)[i] = 112 + in.view().row(0, y)[i] % 16;
  for (int k = 1; k <= 1024; k += 31) {
    sharpen3x3(in.view(), out.view(), k / 256.0, false);
    check_sharpened(in.view(), out.view(), k / 256.0, false);
  }
}
END_TEST

START_TEST(test_keeps_alpha_and_padding_of_pixels) {
  for (const FormatInfo& info : formats()) {
    if (!info.has_extra()) continue;
    const GuardedFrame in(info.format, 65, 9, 1, 1);
    GuardedFrame out(info.format, 65, 9, 2, 2);
    sharpen3x3(in.view(), out.view(), 1, true);
    const Component& extra = info.extra;
    for (int y = 0; y < 9; ++y)
      for (int x = 0; x < 65; ++x)
        for (int i = 0; i < info.sample_bytes(); ++i) {
          const int at = extra.offset_bytes + x * extra.step_bytes + i;
          ck_assert_int_eq(out.view().row(extra.plane, y)[at], in.view().row(extra.plane, y)[at]);
        }
  }
}
END_TEST

START_TEST(test_amount_zero_copies) {
  for (const FormatInfo& info : formats())
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame in(info.format, width, height, 5, 1);
      GuardedFrame out(info.format, width, height, 14, 2);
      sharpen3x3(in.view(), out.view(), 0, false);
      ck_assert(same_pixels(in.view(), out.view()));
      ck_assert(out.outside_unchanged());
    }
}
END_TEST

START_TEST(test_takes_upside_down_frames) {
  const GuardedFrame in(PixelFormat::nv12, 65, 33, 5, 1, true);
  GuardedFrame out(PixelFormat::nv12, 65, 33, 14, 2);
  sharpen3x3(in.view(), out.view(), 1, false);
  check_sharpened(in.view(), out.view(), 1, false);
}
END_TEST

START_TEST(test_amount_is_rounded_to_a_256th) {
  const GuardedFrame in(PixelFormat::gray8, 65, 33);
  GuardedFrame out(PixelFormat::gray8, 65, 33);
  sharpen3x3(in.view(), out.view(), 0.7, true);
  check_sharpened(in.view(), out.view(), 179 / 256.0, true);
}
END_TEST

START_TEST(test_refuses_bad_arguments) {
  GuardedFrame in(PixelFormat::i420, 4, 4), out(PixelFormat::i420, 4, 4);
  GuardedFrame wide(PixelFormat::i420, 5, 4), other(PixelFormat::yv12, 4, 4);
  DAE_ASSERT_ERROR(sharpen3x3(in.view(), out.view(), -0.1, true), bad_argument);
  DAE_ASSERT_ERROR(sharpen3x3(in.view(), out.view(), 4.1, true), bad_argument);
  DAE_ASSERT_ERROR(
      sharpen3x3(in.view(), out.view(), std::numeric_limits<double>::quiet_NaN(), true),
      bad_argument);
  DAE_ASSERT_ERROR(sharpen3x3(in.view(), wide.view(), 1, true), bad_argument);
  DAE_ASSERT_ERROR(sharpen3x3(in.view(), other.view(), 1, true), bad_argument);
  DAE_ASSERT_ERROR(sharpen3x3(in.view(), FrameView{}, 1, true), unsupported_format);
}
END_TEST

// The sums are checked by hand, between the limits and beyond the upper one.
START_TEST(test_10_bits_are_sharpened_to_10_bits) {
  for (const PixelFormat format : {PixelFormat::i420_10le, PixelFormat::p010_10le}) {
    const int low_bits = format == PixelFormat::p010_10le ? 6 : 0;
    Frame in(format, 3, 3), out(format, 3, 3);
    for (int c = 0; c < 3; ++c) fill_component(in.view(), c, 500);
    set_sample(in.view(), 0, 1, 1, 501);
    sharpen3x3(in.view(), out.view(), 1, true);
    ck_assert_int_eq(sample(out.view(), 0, 1, 1), 505);
    ck_assert_int_eq(sample(out.view(), 0, 0, 1), 499);
    ck_assert_int_eq(sample(out.view(), 0, 0, 0), 500);
    const std::uint8_t* word = out.view().row(0, 1) + 2;
    ck_assert_int_eq(word[0] + 256 * word[1], 505 << low_bits);
    set_sample(in.view(), 0, 1, 1, 1000);
    sharpen3x3(in.view(), out.view(), 1, true);
    ck_assert_int_eq(word[0] + 256 * word[1], 1023 << low_bits);
    ck_assert_int_eq(sample(out.view(), 0, 0, 1), 0);
  }
}
END_TEST

int main() {
  return run_suite(
      "sharpen3x3",
      {test_equals_the_definition, test_threads_share_a_frame, test_smooth_pictures_meet_no_limit,
       test_keeps_alpha_and_padding_of_pixels, test_amount_zero_copies,
       test_takes_upside_down_frames, test_amount_is_rounded_to_a_256th, test_refuses_bad_arguments,
       test_10_bits_are_sharpened_to_10_bits});
}
