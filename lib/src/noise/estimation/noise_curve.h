// SPDX-License-Identifier: LGPL-2.1-or-later
// Noise by intensity. It is measured in bins of intensities and described by a line.
#pragma once

#include <array>
#include <span>

namespace denoiseae {

/// variance = slope * code + offset for codes between lowest and highest. Below and above them the
/// variance is that of lowest and of highest. All values are in 8-bit codes.
struct NoiseCurve {
  double slope = 0;
  double offset = 0;
  double lowest = 0;
  double highest = 255;

  double variance(double code) const;
  /// Returns the standard deviation.
  double level(double code) const;
};

/// Noise of standard deviation 1 at every intensity.
inline constexpr NoiseCurve kUnitNoise{0, 1, 0, 255};

/// A measurement at one intensity.
struct NoisePoint {
  double samples;  ///< number of independent samples, or degrees of freedom of the variance
  double code;
  double variance;
};

/// Fits a curve to points by least squares. The points must be in the order of their codes. Each is
/// weighted by how well its variance is known if the noise is normal. The variance is expected to
/// change by a few times itself over the whole range of codes; a steeper slope is followed only as
/// far as it is measured well. Without points the curve is 0 everywhere.
NoiseCurve fit_noise_curve(std::span<const NoisePoint> points);

/// The mean of one block and the variance of its noise.
struct BlockNoise {
  double code;
  double variance;
};

/// Variances of noise by intensity, smoothed over time.
class NoiseHistogram {
 public:
  /// Adds the measurements of one frame, in any order, and sorts them. Returns whether any
  /// intensity had enough of them.
  bool add(std::span<BlockNoise> blocks);
  bool empty() const { return frames_ == 0; }
  void clear() noexcept { *this = {}; }
  /// Fits a curve to the bins.
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
