// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "frame/samples.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Makes a view of one plane of 8 x 4 samples in memory that starts at data.
ConstFrameView gray_view(const std::uint8_t* data, std::ptrdiff_t stride_bytes) {
  return {PixelFormat::gray8, 8, 4, {data}, {stride_bytes}};
}

/// Makes a view of 8 x 4 pixels whose planes start at these places.
ConstFrameView i420_view(const std::uint8_t* y, const std::uint8_t* u, const std::uint8_t* v) {
  return {PixelFormat::i420, 8, 4, {y, u, v}, {8, 4, 4}};
}

/// Asserts that share_memory says this, whichever frame comes first.
void assert_shared(const ConstFrameView& a, const ConstFrameView& b, bool expected) {
  ck_assert(share_memory(a, b) == expected);
  ck_assert(share_memory(b, a) == expected);
}

}  // namespace

START_TEST(test_codes_are_rounded_and_clamped) {
  const std::vector<float> codes = {
      -3,     -0.5f,  0.49f, 0.5f,  127.49f, 127.5f,
      254.5f, 255.4f, 300,   1e30f, -1e30f,  std::numeric_limits<float>::quiet_NaN()};
  const std::vector<int> expected = {0, 0, 0, 1, 127, 128, 255, 255, 255, 255, 0, 0};
  GuardedFrame frame(PixelFormat::bgrx, static_cast<int>(codes.size()), 1);
  store_codes(frame.view(), 0, 0, codes);
  for (std::size_t x = 0; x < codes.size(); ++x)
    ck_assert_int_eq(sample(frame.view(), 0, static_cast<int>(x), 0), expected[x]);
}
END_TEST

START_TEST(test_words_hold_codes_where_gstreamer_has_them) {
  struct Case {
    PixelFormat format;
    float code;
    int word;
  };
  for (const auto& [format, code, word] :
       {Case{PixelFormat::i420_10le, 700, 700},
        {PixelFormat::i420_10le, 5000, 1023},
        {PixelFormat::p010_10le, 700, 700 * 64},
        {PixelFormat::p010_10le, 5000, 1023 * 64},
        {PixelFormat::p010_10le, 0.5f, 64},
        {PixelFormat::gray16_le, 50000.4f, 50000},
        {PixelFormat::gray16_le, 70000, 65535},
        {PixelFormat::gray16_le, -1, 0},
        {PixelFormat::gray16_le, std::numeric_limits<float>::quiet_NaN(), 0}}) {
    GuardedFrame frame(format, 1, 1);
    const std::uint8_t* at = frame.view().row(0, 0);
    store_codes(frame.view(), 0, 0, {&code, 1});
    ck_assert_int_eq(at[0] + 256 * at[1], word);
    ck_assert(frame.outside_unchanged());
  }
  // Bits that belong to no code are not read.
  float code = 0;
  Frame frame(PixelFormat::p010_10le, 1, 1), planar(PixelFormat::i420_10le, 1, 1);
  frame.view().row(0, 0)[0] = 0x7f;
  load_codes(frame.view(), 0, 0, {&code, 1});
  ck_assert_float_eq(code, 1);
  planar.view().row(0, 0)[0] = 7;
  planar.view().row(0, 0)[1] = 0xf1;
  load_codes(planar.view(), 0, 0, {&code, 1});
  ck_assert_float_eq(code, 256 + 7);
}
END_TEST

START_TEST(test_deep_codes_are_rounded_to_8_bits) {
  for (const FormatInfo& info : direct_formats()) {
    GuardedFrame frame(info.format, 65, 9);
    for (int c = 0; c < info.component_count; ++c) {
      const int width = info.component_width(c, 65), y = info.component_height(c, 9) - 1;
      std::vector<std::uint8_t> codes(static_cast<std::size_t>(width - 3));
      set_sample(frame.view(), c, 4, y, static_cast<int>(info.max_code()));
      load_8bit_codes(frame.view(), c, 3, y, codes);
      ck_assert_int_eq(codes[1], 255);
      for (int x = 3; x < width; ++x)
        ck_assert_int_eq(codes[static_cast<std::size_t>(x - 3)],
                         std::lround(sample(frame.view(), c, x, y) * 255 / info.max_code()));
    }
  }
}
END_TEST

START_TEST(test_rows_of_codes_round_trip) {
  for (const FormatInfo& info : direct_formats())
    for (const auto& [width, height] : kSizes) {
      GuardedFrame in(info.format, width, height, 3, 1);
      GuardedFrame out(info.format, width, height, 8, 2);
      for (int c = 0; c < info.component_count; ++c) {
        std::vector<float> codes(info.component_width(c, width));
        for (int y = 0; y < info.component_height(c, height); ++y) {
          load_codes(in.view(), c, y, codes);
          store_codes(out.view(), c, y, codes);
        }
      }
      ck_assert(same_components(in.view(), out.view()));
      copy_extra_bytes(in.view(), out.view());
      ck_assert_msg(same_pixels(in.view(), out.view()), "%s", describe(in.view()).c_str());
      ck_assert(out.outside_unchanged());
    }
}
END_TEST

START_TEST(test_frames_that_overlap_in_part_share_memory) {
  const std::vector<std::uint8_t> memory(200);
  const std::uint8_t* const data = memory.data();
  constexpr int kStride = 10;
  // The last row ends 38 bytes after the first begins, without its padding.
  assert_shared(gray_view(data, kStride), gray_view(data, kStride), true);
  assert_shared(gray_view(data, kStride), gray_view(data + kStride, kStride), true);
  assert_shared(gray_view(data, kStride), gray_view(data + 37, kStride), true);
  assert_shared(gray_view(data, kStride), gray_view(data + 38, kStride), false);
  assert_shared(gray_view(data, kStride), gray_view(data + 100, kStride), false);
  // The rows of fields lie between each other.
  assert_shared(gray_view(data, 2 * kStride), gray_view(data + kStride, 2 * kStride), true);
}
END_TEST

START_TEST(test_frames_that_are_upside_down_share_memory) {
  const std::vector<std::uint8_t> memory(200);
  const std::uint8_t* const data = memory.data();
  constexpr int kStride = 10;
  const ConstFrameView upright = gray_view(data, kStride);
  assert_shared(upright, gray_view(data + 3 * kStride, -kStride), true);
  // These end in the last row of the upright frame, or just behind it.
  assert_shared(upright, gray_view(data + 6 * kStride, -kStride), true);
  assert_shared(upright, gray_view(data + 37 + 3 * kStride, -kStride), true);
  assert_shared(upright, gray_view(data + 38 + 3 * kStride, -kStride), false);
  assert_shared(gray_view(data + 3 * kStride, -kStride), gray_view(data + 10 * kStride, -kStride),
                false);
}
END_TEST

START_TEST(test_any_plane_can_lie_in_any_other) {
  const std::vector<std::uint8_t> memory(300);
  const std::uint8_t* const data = memory.data();
  // The planes take 32, 8 and 8 bytes.
  const ConstFrameView frame = i420_view(data, data + 32, data + 40);
  assert_shared(frame, frame, true);
  assert_shared(frame, i420_view(data + 48, data + 80, data + 88), false);
  assert_shared(frame, i420_view(data + 47, data + 80, data + 88), true);
  assert_shared(frame, i420_view(data + 100, data + 140, data + 30), true);
  assert_shared(frame, i420_view(data + 100, data + 35, data + 200), true);
  // Between the planes of one frame there is room for another.
  const ConstFrameView spread = i420_view(data, data + 100, data + 200);
  assert_shared(spread, i420_view(data + 32, data + 108, data + 208), false);
  assert_shared(spread, i420_view(data + 32, data + 92, data + 193), true);
}
END_TEST

START_TEST(test_copies_have_the_same_pixels_and_nothing_else) {
  for (const FormatInfo& info : formats())
    for (const bool upside_down : {false, true}) {
      const GuardedFrame in(info.format, 17, 13, 3, 1, upside_down);
      GuardedFrame out(info.format, 17, 13, 8, 2);
      ck_assert(!same_pixels(in.view(), out.view()));
      copy_frame(in.view(), out.view());
      ck_assert_msg(same_pixels(in.view(), out.view()), "%s", describe(in.view()).c_str());
      ck_assert(out.outside_unchanged());
    }
}
END_TEST

START_TEST(test_frames_of_other_shape_are_refused_by_name) {
  const GuardedFrame frame(PixelFormat::i420, 8, 4), narrow(PixelFormat::i420, 7, 4);
  const GuardedFrame other(PixelFormat::nv12, 8, 4);
  check_same_shape(frame.view(), frame.view(), "blur");
  for (const ConstFrameView& view : {narrow.view(), other.view()}) {
    DAE_ASSERT_ERROR(check_same_shape(frame.view(), view, "blur"), bad_argument);
    try {
      check_same_shape(frame.view(), view, "blur");
    } catch (const Error& error) {
      ck_assert_msg(std::string(error.what()).starts_with("blur "), "%s", error.what());
    }
  }
  check_component(frame.view(), 2, "blur");
  DAE_ASSERT_ERROR(check_component(frame.view(), 3, "blur"), bad_argument);
  DAE_ASSERT_ERROR(check_component(frame.view(), -1, "blur"), bad_argument);
  DAE_ASSERT_ERROR(check_frame_size(0, 4), unsupported_format);
  DAE_ASSERT_ERROR(check_frame_size(4, kMaxFrameSize + 1), unsupported_format);
  check_frame_size(kMaxFrameSize, kMaxFrameSize);
}
END_TEST

int main() {
  return run_suite(
      "samples",
      {test_codes_are_rounded_and_clamped, test_words_hold_codes_where_gstreamer_has_them,
       test_deep_codes_are_rounded_to_8_bits, test_rows_of_codes_round_trip,
       test_frames_that_overlap_in_part_share_memory, test_frames_that_are_upside_down_share_memory,
       test_any_plane_can_lie_in_any_other, test_copies_have_the_same_pixels_and_nothing_else,
       test_frames_of_other_shape_are_refused_by_name});
}
