// SPDX-License-Identifier: LGPL-2.1-or-later
// The kinds of noise that samples carry. They are those of the library, and that of cameras, which
// belongs to a whole colour picture and cannot be added to samples one by one.
#pragma once

#include <denoiseae/noise.h>

#include <span>
#include <string_view>
#include <variant>

namespace denoiseae {

/// The noise of random cameras (data/camera.h). Its level is the standard deviation of luma in
/// 8-bit codes. Shares are those of the samples.
struct CameraNoise {
  /// Share whose noisy pictures are compressed as JPEG of quality 70 ... 95.
  double compressed_share = 0;
  /// Share whose noise is blurred by 0.4 ... 1.1 pixels and made as strong again.
  double blurred_share = 0;
  /// Share with noise of 1.5 ... 4 pixels in it, which makes up to two thirds of the deviation.
  double coarse_share = 0;
  /// Share whose conditioning noise level is the same everywhere, that of some brightness. Until
  /// frames can be compared, the estimate of a stream is that of its flattest regions.
  double one_level_share = 0.3;
  /// Replaces level_error of SampleSettings for this noise where it is larger.
  double level_error = 0;
};

inline constexpr std::string_view kCameraName = "camera";
inline constexpr double kMaxCameraLevel = 60;

using NoiseKind = std::variant<NoiseModel, CameraNoise>;

/// Throws bad_argument that lists the known names.
NoiseKind noise_kind_from_name(std::string_view name);
std::string_view name_of(const NoiseKind& kind) noexcept;
double max_level_of(const NoiseKind& kind) noexcept;

/// One kind of noise that samples carry. Its level is uniform in min_level ... max_level.
struct NoiseRange {
  NoiseKind kind = NoiseModel::gaussian;
  double min_level = 0;
  double max_level = 50;
  double weight = 1;  ///< how often it is drawn, relative to the other ranges
};

/// Rounds and clips samples to codes of 8 bits, as frames have.
void round_and_clip(std::span<float> samples_0_1);

}  // namespace denoiseae
