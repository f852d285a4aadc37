// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "frame/frame_luma.h"
#include "frame/pack.h"
#include "motion/packed_luma.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_codes_survive_packing) {
  constexpr int kWidth = 9, kHeight = 8, kStride = 2 * kWidth + 3, kChannels = 7;
  std::vector<float> planes(kWidth * kHeight * kChannels, 0.3f);
  const auto code = [](int x, int y) { return (x + y * 2 * kWidth) % 256; };
  for (int y = 0; y < 2 * kHeight; ++y)
    for (int x = 0; x < 2 * kWidth; ++x)
      planes[((y / 2) * kWidth + x / 2) * kChannels + y % 2 * 2 + x % 2] =
          static_cast<float>(code(x, y)) / 255 - 0.5f;
  std::vector<std::uint8_t> luma(2 * kHeight * kStride, 77);
  packed_luma({planes.data(), kChannels, kHeight, kWidth}, 0, luma.data(), kStride);
  for (int y = 0; y < 2 * kHeight; ++y)
    for (int x = 0; x < kStride; ++x)
      ck_assert_int_eq(luma[y * kStride + x], x < 2 * kWidth ? code(x, y) : 77);
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
  std::uint8_t luma[8] = {};
  packed_luma({planes, 6, 1, 2}, 0, luma, 4);
  const std::uint8_t wanted[] = {10, 11, 0, 255, 0, 255, 0, 128};
  ck_assert(std::equal(luma, luma + 8, wanted));
  // Another picture of the planes.
  packed_luma({planes, 6, 1, 2}, 2, luma, 4);
  const std::uint8_t other[] = {0, 255, 0, 128, 128, 128, 128, 128};
  ck_assert_msg(std::equal(luma, luma + 8, other), "%d %d %d %d", luma[0], luma[1], luma[4],
                luma[5]);
}
END_TEST

START_TEST(test_frames_and_their_planes_have_the_same_luma) {
  for (const auto& [width, height] : kSizes) {
    const GuardedFrame frame(PixelFormat::i420, width, height);
    const int columns = (width + 1) / 2 + 3, rows = (height + 1) / 2 + 2;
    std::vector<float> values(static_cast<std::size_t>(columns) * rows * 6);
    const TensorView planes{values.data(), 6, rows, columns};
    pack_yuv420(frame.view(), planes);
    std::vector<std::uint8_t> packed(static_cast<std::size_t>(4) * columns * rows);
    packed_luma(planes, 0, packed.data(), 2 * columns);
    FrameLuma luma(2 * columns, 2 * rows);
    const LumaView of_frame = luma.of(frame.view());
    for (int y = 0; y < 2 * rows; ++y)
      for (int x = 0; x < 2 * columns; ++x)
        ck_assert_msg(of_frame.data[y * of_frame.stride_bytes + x] == packed[y * 2 * columns + x],
                      "%dx%d: at %d,%d", width, height, x, y);
  }
}
END_TEST

int main() {
  return run_suite("packed_luma", {test_codes_survive_packing, test_values_are_rounded_and_clamped,
                                   test_frames_and_their_planes_have_the_same_luma});
}
