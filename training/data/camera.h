// SPDX-License-Identifier: LGPL-2.1-or-later
// The noise that cameras make: born on the sensor, in linear light, one colour per pixel, and
// shaped by what the camera does to the picture afterwards. After Brooks, Mildenhall, Xue, Chen,
// Sharlet and Barron, "Unprocessing Images for Learned Raw Denoising", CVPR 2019.
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>

#include "data/rng.h"

namespace denoiseae {

/// What a sensor sees: linear light 0 ... 1, 32FC1, one colour per pixel, and kMosaicBorder pixels
/// mirrored on each side.
using Mosaic = cv::Mat;
inline constexpr int kMosaicBorder = 2;

/// Variance of the noise of a sensor = shot x light + read.
struct SensorNoise {
  double shot = 0;
  double read = 0;
};

/// One random camera: white balance, colours, arrangement of the colour filter, demosaicing.
class Camera {
 public:
  explicit Camera(Rng& rng);

  /// What the sensor must have seen for the camera to show this picture, 8UC3 BGR: tone curve, sRGB
  /// transfer function, colour matrix and white balance undone. Where white balance pushes
  /// highlights beyond white, the sensor saw them clipped.
  Mosaic expose(const cv::Mat& bgr) const;
  /// The picture that the camera makes of it, 8UC3 BGR, without the border. What a mosaic cannot
  /// hold is lost.
  cv::Mat develop(const Mosaic& mosaic) const;

  /// Shot noise with the read noise that sensors have at the same gain.
  SensorNoise noise_of(double shot) const;

 private:
  double red_gain_;
  double blue_gain_;
  double saturation_;
  double read_factor_;  ///< of sensors with the same shot noise some read more noisily
  int phase_;           ///< which colour of RGGB, GRBG, GBRG, BGGR the sensor begins with
  bool edge_aware_;
};

/// Adds the noise of a sensor, as normal deviates, which Poisson's are nearly at the counts of real
/// pictures. The same seed and size give the same deviates. No light is below 0, but with noise it
/// may read so.
Mosaic with_noise(const Mosaic& mosaic, const SensorNoise& noise, std::uint64_t seed);

/// The noise that gives the camera's picture of a scene about the wanted standard deviation of
/// luma, in codes; as much as there can be where that is out of reach, as in black or white
/// pictures. Measured on the noise of this seed.
SensorNoise noise_for_level(const Camera& camera, const Mosaic& scene, double level_8bit,
                            std::uint64_t seed);

/// What the noise of the sensor has become in the camera's picture of a scene, 32FC3 BGR in codes:
/// the picture with it less the picture without.
cv::Mat noise_in_picture(const Camera& camera, const Mosaic& scene, const SensorNoise& noise,
                         std::uint64_t seed);

/// Standard deviation of the luma of noise, 32FC3 BGR, in its unit.
double luma_deviation(const cv::Mat& noise);

}  // namespace denoiseae
