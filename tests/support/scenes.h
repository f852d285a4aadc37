// SPDX-License-Identifier: LGPL-2.1-or-later
// Textured pictures that can move by whole pixels and parts of them, for tests of what depends on
// time.
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

/// A picture of detail at all sizes from 2 to 64 pixels, coarse detail stronger than fine, as
/// photographs have it; mean 128, standard deviation about 46, clipped in less than 1 % of the
/// samples.
class TexturedCanvas {
 public:
  TexturedCanvas(int width, int height, std::uint32_t seed);
  /// The part of the canvas that starts at x, y, which must lie inside. contrast and mean: of the
  /// copy, in parts of the canvas's and in code values.
  LumaPlane crop(int x, int y, int width, int height, double contrast = 1, double mean = 128) const;

 private:
  int width_;
  int height_;
  std::vector<float> samples_;  ///< mean 0
};

/// Means over squares of factor x factor samples: what moved by one pixel before has moved by
/// 1 / factor.
LumaPlane shrunk(const LumaPlane& plane, int factor);

/// The plane with normal noise, rounded and clipped.
LumaPlane with_noise(const LumaPlane& plane, double sigma_8bit, std::uint64_t seed);

/// The same with noise that is correlated as a camera's: smoothed by 1 2 1 along both axes.
LumaPlane with_correlated_noise(const LumaPlane& plane, double sigma_8bit, std::uint64_t seed);

}  // namespace denoiseae::test
