// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/scenes.h"

namespace denoiseae::bench {

/// Returns I420 frames of a texture that pans back and forth by fractions of a pixel, with noise of
/// standard deviation 20. The first frame continues the pan of the last. still: nothing pans.
inline std::vector<Frame> moving_frames(int width, int height, bool still) {
  using namespace test;
  constexpr int kFrames = 16;
  const TexturedCanvas canvas(2 * width + 128, 2 * height + 128, 1);
  std::vector<Frame> frames;
  for (int i = 0; i < kFrames; ++i) {
    const int along = still ? 0 : std::min(i, kFrames - i);
    // The canvas has twice the size, so these are steps of half a pixel.
    const LumaPlane clean = shrunk(canvas.crop(7 * along, 5 * along, 2 * width, 2 * height), 2);
    const LumaPlane noisy = with_noise(clean, 20, static_cast<std::uint64_t>(i));
    Frame frame(PixelFormat::i420, width, height);
    const FrameView view = frame.view();
    for (int y = 0; y < height; ++y)
      std::copy_n(&noisy.samples[static_cast<std::size_t>(y) * width], width, view.row(0, y));
    LumaPlane gray((width + 1) / 2, (height + 1) / 2);
    std::fill(gray.samples.begin(), gray.samples.end(), std::uint8_t{128});
    for (const int plane : {1, 2}) {
      const LumaPlane chroma = with_noise(gray, 10, static_cast<std::uint64_t>(100 * plane + i));
      for (int y = 0; y < gray.height; ++y)
        std::copy_n(&chroma.samples[static_cast<std::size_t>(y) * gray.width], gray.width,
                    view.row(plane, y));
    }
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace denoiseae::bench
