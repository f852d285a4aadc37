// SPDX-License-Identifier: LGPL-2.1-or-later
// Measures of the noise in one block of samples, or of differences of samples.
#pragma once

#include <denoiseae/frame.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace denoiseae {

inline constexpr int kNoiseBlock = 16;
/// A block with the border that the mask needs.
inline constexpr int kNoisePatch = kNoiseBlock + 2;
/// Low frequencies are those of the means of cells of this size.
inline constexpr int kNoiseCell = 4;

/// Blocks with more saturated samples than this part say little about the noise.
inline constexpr double kMaxSaturated = 0.3;
/// What mask_variance finds in a block of white noise follows a chi-square distribution of 68
/// degrees of freedom (256 responses, correlated through the mask: the squares of its
/// autocorrelation sum to 3.78). The quantile that is read from many blocks, below the median
/// because some hold fine texture, and its place by Wilson and Hilferty's formula, in parts of the
/// mean.
inline constexpr double kQuantile = 0.3;
inline constexpr double kQuantileOfMean = 0.903;

/// Noise is correlated when at half the size it has so many times the variance that white noise
/// would have there.
inline constexpr double kMinCorrelation = 2.25;

/// Row by row.
using NoisePatch = std::array<std::int16_t, kNoisePatch * kNoisePatch>;

/// The largest square of samples that becomes a patch.
inline constexpr int kMaxNoiseSquare = 4 * kNoisePatch;

/// A square of samples as 8-bit codes: those of the frame, or a copy of deeper ones.
class CodeSquare {
 public:
  /// x, y: of the top left one. side: at most kMaxNoiseSquare.
  CodeSquare(const ConstFrameView& frame, int c, int x, int y, int side);
  CodeSquare(const CodeSquare&) = delete;
  CodeSquare& operator=(const CodeSquare&) = delete;

  const std::uint8_t* samples() const { return samples_; }
  std::ptrdiff_t row_stride() const { return row_stride_; }
  int step() const { return step_; }

 private:
  const std::uint8_t* samples_;
  std::ptrdiff_t row_stride_;
  int step_;
  std::array<std::uint8_t, kMaxNoiseSquare * kMaxNoiseSquare> copy_;
};

/// samples: the top left one; strides in bytes.
NoisePatch load_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step);
/// The same of the picture at half its size, means of 2x2 samples: reads 2 kNoisePatch of them
/// along each axis.
NoisePatch load_halved_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step);
/// The same at a quarter of the size, means of 4x4 samples.
NoisePatch load_quartered_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step);
/// Variance of white noise that has the block's high frequencies.
double mask_variance(const NoisePatch& patch);
/// Variance of the means of the block's cells; white noise has its variance / kNoiseCell^2.
double cell_variance(const NoisePatch& patch);
double mean_of_block(const NoisePatch& patch);
/// Part of the block's samples that are 0 or 255.
double saturated_part(const NoisePatch& patch);
/// Variance that is left of normal noise of variance 1 when a part q of it is clipped at one end.
double clipped_variance(double q);

}  // namespace denoiseae
