// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/scenes.h"

namespace denoiseae::bench {

/// Stores the samples of a plane as component c of a frame, at the depth of its format.
inline void store(const test::LumaPlane& plane, int c, const FrameView& frame) {
  const FormatInfo& format = format_info(frame.format);
  for (int y = 0; y < plane.height; ++y) {
    std::uint8_t* sample = frame.component_row(c, y);
    for (int x = 0; x < plane.width; ++x, sample += format.component[c].step_bytes) {
      const int code = plane.at(x, y) << (format.depth - 8) << format.low_bits;
      sample[0] = static_cast<std::uint8_t>(code);
      if (format.sample_bytes() == 2) sample[1] = static_cast<std::uint8_t>(code >> 8);
    }
  }
}

/// Returns frames of a texture that pans back and forth by fractions of a pixel, with noise of
/// standard deviation 20. Chroma is gray with noise of 10, and the three colours of RGB differ by
/// their noise alone. The first frame continues the pan of the last. still: nothing pans.
inline std::vector<Frame> moving_frames(PixelFormat format, int width, int height, bool still) {
  using namespace test;
  constexpr int kFrames = 16;
  const FormatInfo& info = format_info(format);
  const TexturedCanvas canvas(2 * width + 128, 2 * height + 128, 1);
  std::vector<Frame> frames;
  for (int i = 0; i < kFrames; ++i) {
    const int along = still ? 0 : std::min(i, kFrames - i);
    // The canvas has twice the size, so these are steps of half a pixel.
    const LumaPlane clean = shrunk(canvas.crop(7 * along, 5 * along, 2 * width, 2 * height), 2);
    Frame frame(format, width, height);
    store(with_noise(clean, 20, static_cast<std::uint64_t>(i)), 0, frame.view());
    for (int c = 1; c < info.component_count; ++c) {
      const auto seed = static_cast<std::uint64_t>(100 * c + i);
      if (info.family == ColorFamily::rgb) {
        store(with_noise(clean, 20, seed), c, frame.view());
        continue;
      }
      LumaPlane gray(info.component_width(c, width), info.component_height(c, height));
      std::fill(gray.samples.begin(), gray.samples.end(), std::uint8_t{128});
      store(with_noise(gray, 10, seed), c, frame.view());
    }
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace denoiseae::bench
