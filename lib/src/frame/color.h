// SPDX-License-Identifier: LGPL-2.1-or-later
// Converts between RGB samples and luma with colour differences.
#pragma once

namespace denoiseae {

/// The weights of ITU-R BT.601 (clause 2.5.1 of BT.601-7). The way back uses the same ones, so that
/// they only decide how much noise of each colour luma has. Those of BT.709 and BT.2020 cost half a
/// decibel where R, G and B are equally noisy, and equal weights 0.7 in luma where the noise is
/// that of cameras (benchmarks/quality/rgb_weights.py).
inline constexpr float kRedWeight = 0.299f;
inline constexpr float kBlueWeight = 0.114f;
inline constexpr float kGreenWeight = 1.0f - kRedWeight - kBlueWeight;

/// A colour in full range: luma is 0 ... 1 and colour differences are -0.5 ... 0.5 where R, G and B
/// are 0 ... 1.
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

/// The limited range of 8-bit video: luma is 16 ... 235 and colour differences are -112 ... 112 of
/// 255 codes (clause 2.5.3 of BT.601-7).
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

/// Return the standard deviation that independent noise of standard deviation 1 on R, G and B has
/// in luma, and in the colour differences, where it is the root mean square of both.
double rgb_luma_noise_gain();
double rgb_chroma_noise_gain();

}  // namespace denoiseae
