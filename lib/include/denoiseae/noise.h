// SPDX-License-Identifier: LGPL-2.1-or-later
// Synthetic noise for training, tests and comparisons.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace denoiseae {

/// For samples x scaled to 0 ... 1 (code value / maximum code). N(0,1) is a normal deviate.
enum class NoiseModel {
  /// Additive white noise; level = its standard deviation in 8-bit code values. Not clipped.
  gaussian,
  /// x + level N(0,1), clipped to 0 ... 1 (the founding paper).
  coefficient,
  /// x + 0.5 + level N(0,1), clipped to 0 ... 1: the founding paper, if it took its coefficient
  /// from the tutorials of that network, which add N(0.5, 0.5).
  coefficient_offset,
  /// gaussian with standard deviation sqrt(level) (the founding paper, level 550).
  gaussian_variance,
  /// Shot and read noise of an image sensor: g P(x / g) + sqrt(g / 2) N(0,1) with g =
  /// (level / 255)^2 and P(m) a Poisson number of mean m; x below 0 counts as 0. The variance is
  /// g (x + 0.5); level = standard deviation at middle gray, x = 0.5, in 8-bit code values. Not
  /// clipped.
  poisson_gaussian,
  /// A share of the samples, the level, is replaced by 0 or 1, with half the chance each.
  salt_pepper,
};

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
/// The standard deviation in 8-bit code values that a level of the model stands for, before any
/// clipping and around any offset: what a network is told. poisson_gaussian: at middle gray;
/// salt_pepper: the root mean square on samples uniform in 0 ... 1.
DAE_API double noise_sigma_8bit(NoiseModel model, double level) noexcept;

/// Adds noise to samples scaled to 0 ... 1, without rounding. Level 0 leaves them as they are, in
/// every model.
/// The same seed and length give the same noise on every machine. Thread-safe.
DAE_API void add_noise(std::span<float> samples_0_1, NoiseModel model, double level,
                       std::uint64_t seed);

/// Adds noise to all components of a frame, rounds and clamps to the codes of the format. Alpha and
/// padding bytes are copied. in and out: same format and size; may be the same memory. frame_index
/// numbers the frames of a stream: the same seed and index give the same noise, whatever the
/// stride and the threads. pool: null for the calling thread alone; salt-pepper, which takes a
/// random number for each sample in turn, has no use for more.
DAE_API void add_noise(const ConstFrameView& in, const FrameView& out, NoiseModel model,
                       double level, std::uint64_t seed, std::uint64_t frame_index,
                       ThreadPool* pool = nullptr);

}  // namespace denoiseae
