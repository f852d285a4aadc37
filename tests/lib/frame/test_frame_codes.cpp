// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <limits>
#include <vector>

#include "frame/frame_codes.h"
#include "frame/pack.h"
#include "frame/samples.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

int code_at(const LumaView& luma, int x, int y) { return luma.data[y * luma.stride_bytes + x]; }

TensorView packed_shape(int width, int height) {
  return {nullptr, 6, (height + 1) / 2 + 2, (width + 1) / 2 + 3};
}

/// Gives the packed rows of a frame to codes.
void take_packed(FrameCodes& codes, const ConstFrameView& frame, bool with_chroma) {
  TensorView planes = packed_shape(frame.width, frame.height);
  std::vector<float> values(planes.size());
  planes.data = values.data();
  pack_rows(frame, 0, planes);
  // Threads give them in several parts, too.
  codes.take_rows(0, rows_of(planes, 0, 1), with_chroma);
  codes.take_rows(1, rows_of(planes, 1, planes.height), with_chroma);
}

}  // namespace

START_TEST(test_codes_survive_packing) {
  constexpr int kWidth = 9, kHeight = 8, kChannels = 7;
  std::vector<float> planes(kWidth * kHeight * kChannels, 0.3f);
  const auto code = [](int x, int y) { return (x + y * 2 * kWidth) % 256; };
  for (int y = 0; y < 2 * kHeight; ++y)
    for (int x = 0; x < 2 * kWidth; ++x)
      planes[((y / 2) * kWidth + x / 2) * kChannels + y % 2 * 2 + x % 2] =
          static_cast<float>(code(x, y)) / 255 - 0.5f;
  const TensorView packed{planes.data(), kChannels, kHeight, kWidth};
  FrameCodes codes(packed);
  codes.take_rows(0, packed, false);
  for (int y = 0; y < 2 * kHeight; ++y)
    for (int x = 0; x < 2 * kWidth; ++x) ck_assert_int_eq(code_at(codes.luma(), x, y), code(x, y));
}
END_TEST

START_TEST(test_values_are_rounded_and_clamped) {
  const float code = 1.0f / 255;
  float planes[] = {10.4f * code - 0.5f,
                    10.6f * code - 0.5f,
                    -0.7f,
                    0.7f,
                    0,
                    0,
                    std::numeric_limits<float>::quiet_NaN(),
                    3e9f,
                    -3e9f,
                    0,
                    0,
                    0};
  const TensorView packed{planes, 6, 1, 2};
  FrameCodes codes(packed);
  codes.take_rows(0, packed, false);
  const std::uint8_t wanted[] = {10, 11, 0, 255, 0, 255, 0, 128};
  ck_assert(std::equal(wanted, wanted + 8, codes.luma().data));
  // The luma of a picture may begin at another channel.
  codes.write_reference(0, packed, 2);
  const std::uint8_t other[] = {0, 255, 0, 128, 128, 128, 128, 128};
  ck_assert(std::equal(other, other + 8, codes.reference().data));
}
END_TEST

START_TEST(test_frames_and_their_planes_have_the_same_luma) {
  for (const PixelFormat format : {PixelFormat::i420, PixelFormat::gray8})
    for (const auto& [width, height] : kSizes) {
      const GuardedFrame frame(format, width, height);
      const TensorView packed = packed_shape(width, height);
      FrameCodes of_frame(format, width, height, packed), of_planes(packed);
      of_frame.take_frame(frame.view(), true);
      take_packed(of_planes, frame.view(), false);
      for (int y = 0; y < 2 * packed.height; ++y)
        for (int x = 0; x < 2 * packed.width; ++x)
          ck_assert_msg(code_at(of_frame.luma(), x, y) == code_at(of_planes.luma(), x, y),
                        "%dx%d: at %d,%d", width, height, x, y);
    }
}
END_TEST

// Frames of the size of the packed planes are read where they are; others are copied.
START_TEST(test_the_frame_before_stays_when_its_memory_changes) {
  for (const PixelFormat format :
       {PixelFormat::i420, PixelFormat::i420_10le, PixelFormat::gray16_le})
    for (const auto& [width, height] : {std::pair{16, 8}, {15, 7}}) {
      GuardedFrame frame(format, width, height);
      const GuardedFrame original(format, width, height);
      FrameCodes codes(format, width, height, {nullptr, 8, 4, 8});
      ck_assert_ptr_null(codes.previous().data);
      codes.take_frame(frame.view(), true);
      codes.commit();
      fill_component(frame.view(), 0, 3);
      codes.take_frame(frame.view(), true);
      std::vector<std::uint8_t> row(static_cast<std::size_t>(width));
      for (int y = 0; y < height; ++y) {
        load_8bit_codes(original.view(), 0, 0, y, row);
        for (int x = 0; x < width; ++x)
          ck_assert_int_eq(code_at(codes.previous(), x, y), row[static_cast<std::size_t>(x)]);
        load_8bit_codes(frame.view(), 0, 0, y, row);
        for (int x = 0; x < width; ++x)
          ck_assert_int_eq(code_at(codes.luma(), x, y), row[static_cast<std::size_t>(x)]);
      }
      codes.forget();
      ck_assert_ptr_null(codes.previous().data);
    }
}
END_TEST

// The noise of formats with more chroma is estimated on the packed planes.
START_TEST(test_packed_planes_are_a_frame) {
  constexpr int kWidth = 15, kHeight = 9;
  const GuardedFrame frame(PixelFormat::y444, kWidth, kHeight);
  FrameCodes codes(PixelFormat::y444, kWidth, kHeight, packed_shape(kWidth, kHeight));
  for (int i = 0; i < 3; ++i) {
    take_packed(codes, frame.view(), true);
    const ConstFrameView& seen = codes.frame();
    ck_assert(seen.format == PixelFormat::i420);
    ck_assert_int_eq(seen.width, kWidth);
    ck_assert_int_eq(seen.height, kHeight);
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        ck_assert_int_eq(sample(seen, 0, x, y), sample(frame.view(), 0, x, y));
        if (2 * y + 1 >= kHeight || 2 * x + 1 >= kWidth) continue;
        for (int c = 1; c < 3; ++c) {
          const int sum = sample(frame.view(), c, 2 * x, 2 * y) +
                          sample(frame.view(), c, 2 * x + 1, 2 * y) +
                          sample(frame.view(), c, 2 * x, 2 * y + 1) +
                          sample(frame.view(), c, 2 * x + 1, 2 * y + 1);
          ck_assert_int_le(std::abs(4 * sample(seen, c, x, y) - sum), 2);
        }
      }
    codes.commit();
  }
}
END_TEST

int main() {
  return run_suite("frame_codes", {test_codes_survive_packing, test_values_are_rounded_and_clamped,
                                   test_frames_and_their_planes_have_the_same_luma,
                                   test_the_frame_before_stays_when_its_memory_changes,
                                   test_packed_planes_are_a_frame});
}
