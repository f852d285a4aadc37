// SPDX-License-Identifier: LGPL-2.1-or-later
// The kinds of noise that samples carry: those of the library, and that of cameras, which belongs
// to a whole colour picture and so cannot be added to samples one by one.
#pragma once

#include <denoiseae/noise.h>

#include <span>
#include <string_view>
#include <variant>

namespace denoiseae {

/// The noise of random cameras (data/camera.h); level = standard deviation of luma in 8-bit codes.
struct CameraNoise {
  /// Of the samples, compressed as JPEG pictures of quality 70 ... 95 after the noise.
  double compressed_share = 0;
  /// Of the samples, with noise that was blurred by 0.4 ... 1.1 pixels and made as strong again.
  double blurred_share = 0;
  /// Of the samples, with noise of 1.5 ... 4 pixels in it, up to two thirds of its deviation.
  double coarse_share = 0;
  /// Of the samples, told one level, that of some brightness: until frames can be compared, the
  /// estimate of a stream is that of its flattest regions.
  double one_level_share = 0.3;
  /// As that of SampleSettings, for this noise instead if it is more.
  double level_error = 0;
};

inline constexpr std::string_view kCameraName = "camera";
inline constexpr double kMaxCameraLevel = 60;

using NoiseKind = std::variant<NoiseModel, CameraNoise>;

/// Throws bad_argument that lists the known names.
NoiseKind noise_kind_from_name(std::string_view name);
std::string_view name_of(const NoiseKind& kind) noexcept;
double max_level_of(const NoiseKind& kind) noexcept;

/// One kind of noise that samples carry; its level is uniform in min_level ... max_level.
struct NoiseRange {
  NoiseKind kind = NoiseModel::gaussian;
  double min_level = 0;
  double max_level = 50;
  double weight = 1;  ///< how often, relative to the other ranges
};

/// To the codes of 8 bit, as frames have.
void round_and_clip(std::span<float> samples_0_1);

}  // namespace denoiseae
