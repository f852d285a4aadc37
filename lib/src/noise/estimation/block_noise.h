// SPDX-License-Identifier: LGPL-2.1-or-later
// Measures the noise in one block of samples, or of differences of samples.
#pragma once

#include <denoiseae/frame.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace denoiseae {

inline constexpr int kNoiseBlock = 16;
/// Side of a patch: a block with the border that the mask needs.
inline constexpr int kNoisePatch = kNoiseBlock + 2;
/// Side of a cell. The low frequencies of a block are read from the means of its cells.
inline constexpr int kNoiseCell = 4;

/// Rounding to 8-bit codes alone makes this variance.
inline constexpr double kRoundingVariance = 1.0 / 12;

/// Blocks with a larger share of saturated samples say little about the noise.
inline constexpr double kMaxSaturated = 0.3;
/// The quantile of the variances that is read from many blocks. It is below the median, because
/// some blocks hold fine texture. kQuantileOfMean is its ratio to the mean, by Wilson and
/// Hilferty's formula: in white noise, mask_variance follows a chi-square distribution of 68
/// degrees of freedom (256 responses that the mask correlates; the squares of its autocorrelation
/// sum to 3.78).
inline constexpr double kQuantile = 0.3;
inline constexpr double kQuantileOfMean = 0.903;

/// Noise counts as correlated when its variance at half the size is at least so many times that of
/// white noise.
inline constexpr double kMinCorrelation = 2.25;

/// The samples of a patch, row by row.
using NoisePatch = std::array<std::int16_t, kNoisePatch * kNoisePatch>;

/// Side of the largest square of samples that becomes a patch.
inline constexpr int kMaxNoiseSquare = 4 * kNoisePatch;

/// A square of samples as 8-bit codes. It refers to the samples of the frame, or to a copy if these
/// are deeper.
class CodeSquare {
 public:
  /// c: the component. x, y: position of the top left sample. side: at most kMaxNoiseSquare.
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

/// Loads a patch of samples. samples: the top left one. row_stride, step: distances in bytes from
/// one row, or one sample, to the next.
NoisePatch load_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step);
/// Loads a patch of the picture at half its size: means of 2x2 samples. It reads 2 kNoisePatch
/// samples along each axis.
NoisePatch load_halved_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step);
/// Loads a patch of the picture at a quarter of its size: means of 4x4 samples. It reads
/// 4 kNoisePatch samples along each axis.
NoisePatch load_quartered_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step);
/// Returns the variance of the white noise that has the high frequencies of the block.
double mask_variance(const NoisePatch& patch);
/// Returns the variance of the means of the cells. In white noise, it is the variance of the noise
/// divided by kNoiseCell^2.
double cell_variance(const NoisePatch& patch);
/// Returns the mean of the samples of the block.
double mean_of_block(const NoisePatch& patch);
/// Returns the share of the samples of the block that are 0 or 255.
double saturated_part(const NoisePatch& patch);
/// Returns the variance that is left of normal noise of variance 1 when a share q of it is clipped
/// at one end.
double clipped_variance(double q);

}  // namespace denoiseae
