// SPDX-License-Identifier: LGPL-2.1-or-later
// Synthetic noise for training, tests and comparisons.
#pragma once

#include <denoiseae/frame.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace denoiseae {

enum class NoiseModel { gaussian, coefficient };

/// One row of the table of noise models.
struct NoiseModelInfo {
  NoiseModel model;
  std::string_view name;         ///< "gaussian"
  std::string_view description;  ///< one sentence with the meaning and unit of the level
  double default_level;
  double max_level;  ///< levels run from 0 to here
};

DAE_API std::span<const NoiseModelInfo> noise_models() noexcept;
DAE_API const NoiseModelInfo& noise_model_info(NoiseModel model) noexcept;
/// Throws bad_argument that lists the known names.
DAE_API NoiseModel noise_model_from_name(std::string_view name);

/// Adds noise to samples scaled to 0 ... 1 (code value / maximum code), without rounding.
/// gaussian: level is the standard deviation in 8-bit code values; not clipped.
/// coefficient: x + level N(0,1), clipped to 0 ... 1 (the founding paper).
/// The same seed and length give the same noise on every machine. Thread-safe.
DAE_API void add_noise(std::span<float> samples_0_1, NoiseModel model, double level,
                       std::uint64_t seed);

/// Adds noise to all components of a frame, rounds and clamps to the codes of the format. Alpha and
/// padding bytes are copied. in and out: same format and size; may be the same memory. frame_index
/// numbers the frames of a stream: the same seed and index give the same noise, whatever the
/// stride.
DAE_API void add_noise(const ConstFrameView& in, const FrameView& out, NoiseModel model,
                       double level, std::uint64_t seed, std::uint64_t frame_index);

}  // namespace denoiseae
