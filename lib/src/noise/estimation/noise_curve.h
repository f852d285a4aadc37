// SPDX-License-Identifier: LGPL-2.1-or-later
// Noise by intensity: measured in bins, described by a line.
#pragma once

#include <denoiseae/export.h>

#include <array>
#include <span>

namespace denoiseae {

/// variance = slope * code + offset for codes between lowest and highest; beyond these as there.
/// All in 8-bit code values.
struct NoiseCurve {
  double slope = 0;
  double offset = 0;
  double lowest = 0;
  double highest = 255;

  DAE_API double variance(double code) const;
  /// Standard deviation.
  DAE_API double level(double code) const;
};

/// Noise of standard deviation 1 at every intensity.
inline constexpr NoiseCurve kUnitNoise{0, 1, 0, 255};

/// What was measured at one intensity.
struct NoisePoint {
  double samples;  ///< independent ones, or degrees of freedom of the variance
  double code;
  double variance;
};

/// Least squares through points in order of their codes, each weighted by how well its variance is
/// known if the noise is normal. A change of a few times the variance over the whole range of codes
/// is expected: a steeper slope is followed only as far as it is measured well. No points: all 0.
DAE_API NoiseCurve fit_noise_curve(std::span<const NoisePoint> points);

/// Mean and noise of one block.
struct BlockNoise {
  double code;
  double variance;
};

/// Variances of noise by intensity, smoothed over time.
class NoiseHistogram {
 public:
  /// Adds the measurements of one frame, at most kMaxBlocks, in any order; sorts them. Returns
  /// whether any intensity had enough of them to tell.
  bool add(std::span<BlockNoise> blocks);
  bool empty() const { return frames_ == 0; }
  void clear() noexcept { *this = {}; }
  /// Through the bins.
  NoiseCurve fit() const;

 private:
  static constexpr int kBins = 16;
  struct Bin {
    double blocks = 0;  ///< smoothed count
    double code = 0;
    double variance = 0;
  };
  std::array<Bin, kBins> bins_;
  int frames_ = 0;
};

}  // namespace denoiseae
