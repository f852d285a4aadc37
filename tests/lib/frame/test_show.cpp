// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "frame/samples.h"
#include "frame/show.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 37, kHeight = 35;

/// Fills a frame with random codes of its depth.
void fill(const FrameView& frame, unsigned seed) {
  std::mt19937 random(seed);
  const FormatInfo& info = format_info(frame.format);
  for (int c = 0; c < info.component_count; ++c) {
    std::vector<float> codes(static_cast<std::size_t>(info.component_width(c, frame.width)));
    for (int y = 0; y < info.component_height(c, frame.height); ++y) {
      for (float& code : codes) code = static_cast<float>(random() % (1u << info.depth));
      store_codes(frame, c, y, codes);
    }
  }
}

std::vector<float> row_of_codes(const ConstFrameView& frame, int c, int y) {
  std::vector<float> codes(
      static_cast<std::size_t>(format_info(frame.format).component_width(c, frame.width)));
  load_codes(frame, c, y, codes);
  return codes;
}

}  // namespace

START_TEST(test_levels_are_gray_blocks) {
  const std::vector<float> levels{1, 2.5f, 60, 100, 0, 7, 3, 4, 5};
  for (const FormatInfo& info : direct_formats()) {
    Frame out(info.format, kWidth, kHeight, 4);
    fill(out.view(), 1);
    show_levels({levels, 3, 16}, out.view());
    const auto step = static_cast<float>(1 << (info.depth - 8));
    const auto most = static_cast<float>(info.max_code());
    for (int c = 0; c < info.component_count; ++c) {
      const bool colour = c > 0 && info.family != ColorFamily::rgb;
      for (int y = 0; y < info.component_height(c, kHeight); ++y) {
        const std::vector<float> codes = row_of_codes(std::as_const(out).view(), c, y);
        for (std::size_t x = 0; x < codes.size(); ++x) {
          const float level = levels[static_cast<std::size_t>(y / 16 * 3) + x / 16];
          const float wanted = colour ? 128 * step : std::min(4 * level * step, most);
          ck_assert_float_eq(codes[x], wanted);
        }
      }
    }
  }
}
END_TEST

START_TEST(test_difference_is_four_times_what_was_removed) {
  for (const FormatInfo& info : direct_formats()) {
    Frame before(info.format, kWidth, kHeight, 4), after(info.format, kWidth, kHeight);
    fill(before.view(), 2);
    fill(after.view(), 3);
    Frame out(info.format, kWidth, kHeight);
    copy_frame(std::as_const(after).view(), out.view());
    show_difference(std::as_const(before).view(), out.view());
    const auto middle = static_cast<float>(1 << (info.depth - 1));
    for (int c = 0; c < info.component_count; ++c) {
      for (int y = 0; y < info.component_height(c, kHeight); ++y) {
        const auto noisy = row_of_codes(std::as_const(before).view(), c, y);
        const auto clean = row_of_codes(std::as_const(after).view(), c, y);
        const auto shown = row_of_codes(std::as_const(out).view(), c, y);
        for (std::size_t x = 0; x < shown.size(); ++x) {
          const float wanted = std::clamp(middle + 4 * (noisy[x] - clean[x]), 0.0f,
                                          static_cast<float>(info.max_code()));
          ck_assert_float_eq(shown[x], wanted);
        }
      }
    }
  }
}
END_TEST

int main() {
  return run_suite("show",
                   {test_levels_are_gray_blocks, test_difference_is_four_times_what_was_removed});
}
