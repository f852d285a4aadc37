// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/show.h"

#include <algorithm>
#include <cstddef>

#include "frame/samples.h"

namespace denoiseae {

namespace {

/// Calls body(c, y, codes) for each row of each component of a frame, and stores the codes that it
/// leaves.
template <typename Body>
void write_rows(const FrameView& out, const Body& body) {
  const FormatInfo& info = format_info(out.format);
  std::vector<float> codes;
  for (int c = 0; c < info.component_count; ++c) {
    codes.resize(static_cast<std::size_t>(info.component_width(c, out.width)));
    for (int y = 0; y < info.component_height(c, out.height); ++y) {
      body(c, y, codes);
      store_codes(out, c, y, codes);
    }
  }
}

float middle_code(const FormatInfo& info) { return static_cast<float>(1 << (info.depth - 1)); }

}  // namespace

void show_levels(const ShownLevels& shown, const FrameView& out) {
  const FormatInfo& info = format_info(out.format);
  const auto scale = kShownGain * static_cast<float>(1 << (info.depth - 8));
  write_rows(out, [&](int c, int y, std::vector<float>& codes) {
    const bool is_colour = c > 0 && info.family != ColorFamily::rgb;
    if (is_colour) {
      std::fill(codes.begin(), codes.end(), middle_code(info));
      return;
    }
    const float* const levels =
        shown.levels.data() + static_cast<std::ptrdiff_t>(y / shown.block_side) * shown.columns;
    for (std::size_t x = 0; x < codes.size(); ++x)
      codes[x] = scale * levels[x / static_cast<std::size_t>(shown.block_side)];
  });
}

void show_difference(const ConstFrameView& before, const FrameView& out) {
  const float middle = middle_code(format_info(out.format));
  std::vector<float> noisy;
  write_rows(out, [&](int c, int y, std::vector<float>& codes) {
    noisy.resize(codes.size());
    load_codes(before, c, y, noisy);
    load_codes(out, c, y, codes);
    for (std::size_t x = 0; x < codes.size(); ++x)
      codes[x] = middle + kShownGain * (noisy[x] - codes[x]);
  });
}

}  // namespace denoiseae
