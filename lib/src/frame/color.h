// SPDX-License-Identifier: LGPL-2.1-or-later
// Luma and colour difference of RGB samples.
#pragma once

#include <denoiseae/export.h>

namespace denoiseae {

/// Weights of ITU-R BT.601 (clause 2.5.1 of BT.601-7). Which weights are used matters little here:
/// the way back uses the same ones.
inline constexpr float kRedWeight = 0.299f;
inline constexpr float kBlueWeight = 0.114f;
inline constexpr float kGreenWeight = 1.0f - kRedWeight - kBlueWeight;

/// Full range: luma 0 ... 1, colour differences -0.5 ... 0.5 for components 0 ... 1.
struct YCbCr {
  float y;
  float cb;
  float cr;
};

inline YCbCr to_ycbcr(float r, float g, float b) {
  const float y = kRedWeight * r + kGreenWeight * g + kBlueWeight * b;
  return {y, (b - y) / (2 * (1 - kBlueWeight)), (r - y) / (2 * (1 - kRedWeight))};
}

struct Rgb {
  float r;
  float g;
  float b;
};

inline Rgb to_rgb(const YCbCr& c) {
  const float r = c.y + 2 * (1 - kRedWeight) * c.cr;
  const float b = c.y + 2 * (1 - kBlueWeight) * c.cb;
  return {r, (c.y - kRedWeight * r - kBlueWeight * b) / kGreenWeight, b};
}

/// The limited range of 8-bit video, luma 16 ... 235 and colour differences -112 ... 112 of 255
/// codes (clause 2.5.3 of BT.601-7), from the full range above and back.
inline constexpr float kLimitedBlack = 16.0f / 255;
inline constexpr float kLimitedLuma = 219.0f / 255;
inline constexpr float kLimitedDifference = 224.0f / 255;

inline YCbCr to_limited(const YCbCr& c) {
  return {kLimitedBlack + kLimitedLuma * c.y, kLimitedDifference * c.cb, kLimitedDifference * c.cr};
}

inline YCbCr from_limited(const YCbCr& c) {
  return {(c.y - kLimitedBlack) / kLimitedLuma, c.cb / kLimitedDifference,
          c.cr / kLimitedDifference};
}

/// Standard deviation of luma, and root mean square of those of the two colour differences, for
/// independent noise of standard deviation 1 on R, G and B.
DAE_API double rgb_luma_noise_gain();
DAE_API double rgb_chroma_noise_gain();

}  // namespace denoiseae
