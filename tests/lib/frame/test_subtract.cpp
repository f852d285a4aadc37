// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "frame/block_rows.h"
#include "frame/subtract.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

bool has_half_size_chroma(const FormatInfo& info) {
  return info.component_count == 1 ||
         (info.component[1].log2_sub_x == 1 && info.component[1].log2_sub_y == 1);
}

/// Makes noise of up to 100 codes of the format, a whole number of them, so that it is clear how a
/// sample is rounded.
std::vector<float> noise_values(std::size_t count, double max_code) {
  std::mt19937 random(4);
  std::vector<float> values(count);
  for (float& value : values)
    value = static_cast<float>((static_cast<int>(random() % 201) - 100) / max_code);
  return values;
}

/// Returns the code that a sample must have without its noise. noise: the packed rows of the whole
/// frame.
int expected_sample(const ConstFrameView& in, const TensorView& noise, int c, int x, int y) {
  const double max_code = format_info(in.format).max_code();
  const int channel = c == 0 ? y % 2 * 2 + x % 2 : 3 + c;
  const int column = c == 0 ? x / 2 : x, row = c == 0 ? y / 2 : y;
  const float value = noise.data[(row * noise.width + column) * noise.channels + channel];
  const int code = sample(in, c, x, y) - static_cast<int>(std::lround(value * max_code));
  return std::clamp(code, 0, static_cast<int>(max_code));
}

}  // namespace

START_TEST(test_rows_take_their_noise_and_leave_others_alone) {
  for (const FormatInfo& info : direct_formats()) {
    if (!has_half_size_chroma(info)) continue;
    for (const auto& [width, height] : kSizes)
      // The kernels take six channels, the loops around them any number.
      for (const int channels : {6, 8}) {
        const int rows = (height + 1) / 2, columns = (width + 1) / 2;
        std::vector<float> values =
            noise_values(static_cast<std::size_t>(rows * columns * channels), info.max_code());
        const TensorView noise{values.data(), channels, rows, columns};
        const GuardedFrame in(info.format, width, height, 13, 1);
        GuardedFrame out(info.format, width, height, 5, 2);
        const GuardedFrame before(info.format, width, height, 5, 2);
        const int begin = rows / 3, end = rows - rows / 4;
        subtract_rows(in.view(), begin, rows_of(noise, begin, end), out.view());
        for (int c = 0; c < info.component_count; ++c)
          for (int y = 0; y < info.component_height(c, height); ++y) {
            const int row = c == 0 ? y / 2 : y;
            for (int x = 0; x < info.component_width(c, width); ++x) {
              const int expected = row >= begin && row < end
                                       ? expected_sample(in.view(), noise, c, x, y)
                                       : sample(before.view(), c, x, y);
              ck_assert_msg(sample(out.view(), c, x, y) == expected, "%s: component %d at %d,%d",
                            describe(in.view()).c_str(), c, x, y);
            }
          }
        ck_assert(out.outside_unchanged());
      }
  }
}
END_TEST

START_TEST(test_luma_lies_in_four_channels) {
  ck_assert_int_eq(luma_channel(0, 0), 0);
  ck_assert_int_eq(luma_channel(7, 4), 1);
  ck_assert_int_eq(luma_channel(2, 9), 2);
  ck_assert_int_eq(luma_channel(3, 3), 3);
  constexpr int kChannels = 7, kColumns = 90;
  std::vector<float> row(kChannels * kColumns);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<float>(i);
  Part part;
  for (const int y : {0, 5}) {
    load_packed_luma(row.data(), kChannels, y, 50, 101, part);
    for (int i = 0; i < 101; ++i)
      ck_assert_float_eq(part[i], static_cast<float>((50 + i) / 2 * kChannels + y % 2 * 2 + i % 2));
  }
}
END_TEST

START_TEST(test_luma_of_any_step_takes_noise_from_a_pixel_on) {
  for (const FormatInfo& info : direct_formats()) {
    if (info.family == ColorFamily::rgb) continue;
    constexpr int kWidth = 141, kHeight = 2, kBegin = 6;
    std::vector<float> values = noise_values(6 * 71, info.max_code());
    const TensorView noise{values.data(), 6, 1, 71};
    GuardedFrame frame(info.format, kWidth, kHeight);
    const GuardedFrame before(info.format, kWidth, kHeight);
    with_codes(info, [&]<typename Codes>(const Codes&) {
      subtract_luma<Codes>(before.view(), 1, kBegin, noise.data, 6, frame.view());
    });
    for (int x = 0; x < kWidth; ++x)
      ck_assert_int_eq(sample(frame.view(), 0, x, 1),
                       x < kBegin ? sample(before.view(), 0, x, 1)
                                  : expected_sample(before.view(), noise, 0, x, 1));
    for (int x = 0; x < kWidth; ++x)
      set_sample(frame.view(), 0, x, 1, sample(before.view(), 0, x, 1));
    ck_assert_msg(same_pixels(frame.view(), before.view()), "%s", describe(before.view()).c_str());
  }
}
END_TEST

START_TEST(test_rows_of_blocks_lead_to_their_samples) {
  std::set<std::string_view> names;
  for (const FormatInfo& info : direct_formats()) {
    if (!has_blocks(info)) continue;
    names.insert(info.name);
    const GuardedFrame frame(info.format, 8, 6);
    for (int y = 0; y < 3; ++y) {
      const BlockRows<const std::uint8_t> rows = block_rows(frame.view(), y);
      ck_assert_ptr_eq(rows.top, frame.view().row(0, 2 * y));
      ck_assert_ptr_eq(rows.bottom, frame.view().row(0, 2 * y + 1));
      // The last sample of a row is told by its first byte.
      const auto first_byte = [&](int c) {
        return sample(frame.view(), c, 3, y) * (1 << info.low_bits) % 256;
      };
      ck_assert_int_eq(rows.u[3 * rows.chroma_step], first_byte(1));
      ck_assert_int_eq(rows.v[3 * rows.chroma_step], first_byte(2));
    }
  }
  const std::set<std::string_view> expected = {
      "I420", "YV12", "NV12", "NV21", "A420", "I420_10LE", "P010_10LE", "I420_12LE", "P012_LE"};
  ck_assert(names == expected);
}
END_TEST

int main() {
  return run_suite("subtract", {test_rows_take_their_noise_and_leave_others_alone,
                                test_luma_lies_in_four_channels,
                                test_luma_of_any_step_takes_noise_from_a_pixel_on,
                                test_rows_of_blocks_lead_to_their_samples});
}
