// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes noise as cameras do. It is born on the sensor, in linear light, with one colour per pixel,
// and is shaped by what the camera does to the picture afterwards. This follows Brooks, Mildenhall,
// Xue, Chen, Sharlet and Barron, "Unprocessing Images for Learned Raw Denoising", CVPR 2019.
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>

#include "data/rng.h"

namespace denoiseae {

/// The light that a sensor sees: linear, 0 ... 1, 32FC1, one colour per pixel, and kMosaicBorder
/// pixels mirrored on each side.
using Mosaic = cv::Mat;
inline constexpr int kMosaicBorder = 2;

/// The variance of a sensor's noise is shot x light + read.
struct SensorNoise {
  double shot = 0;
  double read = 0;
};

/// One random camera: white balance, colours, arrangement of the colour filter, demosaicing.
class Camera {
 public:
  explicit Camera(Rng& rng);

  /// Returns what the sensor must have seen for the camera to show this picture, 8UC3 BGR. Tone
  /// curve, sRGB transfer function, colour matrix and white balance are undone. Where white balance
  /// pushes highlights beyond white, the sensor saw them clipped.
  Mosaic expose(const cv::Mat& bgr) const;
  /// Returns the picture that the camera makes of a mosaic, 8UC3 BGR, without the border. Detail
  /// that a mosaic cannot hold is lost.
  cv::Mat develop(const Mosaic& mosaic) const;

  /// Returns the shot noise together with the read noise that sensors have at the same gain.
  SensorNoise noise_of(double shot) const;

 private:
  double red_gain_;
  double blue_gain_;
  double saturation_;
  double read_factor_;  ///< among sensors with the same shot noise some have more read noise
  int phase_;           ///< which of RGGB, GRBG, GBRG, BGGR the sensor has
  bool edge_aware_;
};

/// Adds the noise of a sensor, as normal deviates. At the counts of real pictures, Poisson's
/// deviates are nearly normal. The same seed and size give the same deviates. Light is never below
/// 0, but with noise it may read so.
Mosaic with_noise(const Mosaic& mosaic, const SensorNoise& noise, std::uint64_t seed);

/// Returns the noise with which the camera's picture of a scene has about the wanted standard
/// deviation of luma, in codes. It is as much as there can be where that is out of reach, as in
/// black or white pictures. The deviation is measured on the noise of this seed.
SensorNoise noise_for_level(const Camera& camera, const Mosaic& scene, double level_8bit,
                            std::uint64_t seed);

/// Returns what the noise of the sensor has become in the camera's picture of a scene: the picture
/// with it less the picture without, 32FC3 BGR in codes.
cv::Mat noise_in_picture(const Camera& camera, const Mosaic& scene, const SensorNoise& noise,
                         std::uint64_t seed);

/// Returns the standard deviation of the luma of noise, 32FC3 BGR, in the unit of the noise.
double luma_deviation(const cv::Mat& noise);

}  // namespace denoiseae
