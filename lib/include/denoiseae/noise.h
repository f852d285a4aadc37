// SPDX-License-Identifier: LGPL-2.1-or-later
// Synthetic noise for training, tests and comparisons.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace denoiseae {

/// The models turn samples x, which are scaled to 0 ... 1 (code value / maximum code), into noisy
/// ones. N(0,1) is a normal deviate.
enum class NoiseModel {
  /// x + level / 255 N(0,1), which is additive white noise. The level is its standard deviation in
  /// 8-bit code values. Not clipped.
  gaussian,
  /// x + level N(0,1), clipped to 0 ... 1 (the founding paper).
  coefficient,
  /// x + 0.5 + level N(0,1), clipped to 0 ... 1. The founding paper may mean this: the tutorials of
  /// its network add N(0.5, 0.5).
  coefficient_offset,
  /// gaussian with the standard deviation sqrt(level) (the founding paper, level 550).
  gaussian_variance,
  /// g P(x / g) + sqrt(g / 2) N(0,1), the shot and read noise of an image sensor, where g is
  /// (level / 255)^2 and P(m) is a Poisson number of mean m; x below 0 counts as 0. The variance is
  /// g (x + 0.5), so that the level is the standard deviation in 8-bit code values at middle gray,
  /// x = 0.5. Not clipped.
  poisson_gaussian,
  /// Replaces a share of the samples, which is the level, by 0 or 1, each as often as the other.
  salt_pepper,
};

/// One row of the table of noise models.
struct NoiseModelInfo {
  NoiseModel model;
  std::string_view name;         ///< "gaussian"
  std::string_view description;  ///< a sentence with the meaning and unit of the level
  double default_level;
  double max_level;  ///< levels run from 0 to this one
};

std::span<const NoiseModelInfo> noise_models() noexcept;
const NoiseModelInfo& noise_model_info(NoiseModel model) noexcept;
/// Looks up a name. Throws bad_argument, which lists the known names.
NoiseModel noise_model_from_name(std::string_view name);
/// Returns the standard deviation in 8-bit code values that a level of the model stands for, before
/// any clipping and around any offset. Networks are told this level. For poisson_gaussian it is
/// that at middle gray, for salt_pepper the root mean square on samples uniform in 0 ... 1.
double noise_sigma_8bit(NoiseModel model, double level) noexcept;

/// Adds noise to samples scaled to 0 ... 1, without rounding. Level 0 leaves them as they are, with
/// every model. The same seed and length give the same noise on every machine. Thread-safe. Throws
/// bad_argument for a level outside the model's range.
void add_noise(std::span<float> samples_0_1, NoiseModel model, double level, std::uint64_t seed);

/// Adds noise to all components of a frame, rounds the sums and clamps them to the codes of the
/// format. Copies alpha and padding bytes. in, out: frames of the same format and size, which may
/// be the same memory. frame_index: the number of the frame in its stream; the same seed and number
/// give the same noise, whatever the strides and the threads. pool: null for the calling thread
/// alone; poisson_gaussian and salt_pepper always take that one, because they draw a random number
/// for each sample in turn. Throws bad_argument for other frames and for a level outside the
/// model's range, unsupported_format, out_of_memory.
void add_noise(const ConstFrameView& in, const FrameView& out, NoiseModel model, double level,
               std::uint64_t seed, std::uint64_t frame_index, ThreadPool* pool = nullptr);

}  // namespace denoiseae

#ifndef DENOISEAE_INSIDE
#include <denoiseae/detail/noise.h>
#endif
