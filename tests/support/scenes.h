// SPDX-License-Identifier: LGPL-2.1-or-later
// Textured pictures that can move by whole pixels and by parts of pixels, for tests of streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "motion/luma_pyramid.h"

namespace denoiseae::test {

/// 8-bit samples without padding.
struct LumaPlane {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> samples;

  LumaPlane(int w, int h)
      : width(w), height(h), samples(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
  std::uint8_t& at(int x, int y) { return samples[static_cast<std::size_t>(y * width + x)]; }
  std::uint8_t at(int x, int y) const { return samples[static_cast<std::size_t>(y * width + x)]; }
  LumaView view() const { return {samples.data(), width}; }
};

/// A picture with detail at all sizes from 2 to 64 pixels. Coarse detail is stronger than fine
/// detail, as in photographs. The mean is 128, the standard deviation about 46; less than 1 % of
/// the samples are clipped.
class TexturedCanvas {
 public:
  TexturedCanvas(int width, int height, std::uint32_t seed);
  /// Returns the part of the canvas that starts at x, y, which must lie inside. contrast: factor on
  /// the contrast of the canvas. mean: mean of the result in code values.
  LumaPlane crop(int x, int y, int width, int height, double contrast = 1, double mean = 128) const;

 private:
  int width_;
  int height_;
  std::vector<float> samples_;  ///< mean 0
};

/// Averages squares of factor x factor samples. A motion by one pixel becomes a motion by 1 /
/// factor.
LumaPlane shrunk(const LumaPlane& plane, int factor);

/// Returns the plane with Gaussian noise, rounded and clipped.
LumaPlane with_noise(const LumaPlane& plane, double sigma_8bit, std::uint64_t seed);

/// Returns the plane with noise that is correlated as camera noise is: it is smoothed by 1 2 1
/// along both axes.
LumaPlane with_correlated_noise(const LumaPlane& plane, double sigma_8bit, std::uint64_t seed);

}  // namespace denoiseae::test
