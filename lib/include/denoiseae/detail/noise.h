// SPDX-License-Identifier: LGPL-2.1-or-later
// The code of noise.h, over the C interface.
#pragma once

#include <denoiseae/detail/check.h>
#include <denoiseae/detail/thread_pool.h>
#include <denoiseae/noise.h>

#include <cassert>
#include <limits>
#include <string>
#include <vector>

namespace denoiseae {

namespace detail {

inline const std::vector<NoiseModelInfo>& noise_model_rows() {
  static const std::vector<NoiseModelInfo> rows = [] {
    std::vector<NoiseModelInfo> made;
    for (int i = 0; i < denoiseae_noise_model_count(); ++i) {
      denoiseae_noise_model_info c{};
      c.struct_size = sizeof c;
      check(denoiseae_get_noise_model_info(i, &c));
      made.push_back(
          {static_cast<NoiseModel>(i), c.name, c.description, c.default_level, c.max_level});
    }
    return made;
  }();
  return rows;
}

}  // namespace detail

inline std::span<const NoiseModelInfo> noise_models() noexcept {
  return detail::noise_model_rows();
}

inline const NoiseModelInfo& noise_model_info(NoiseModel model) noexcept {
  assert(static_cast<std::size_t>(model) < noise_models().size());
  return noise_models()[static_cast<std::size_t>(model)];
}

inline NoiseModel noise_model_from_name(std::string_view name) {
  std::string known;
  for (const NoiseModelInfo& info : noise_models()) {
    if (info.name == name) return info.model;
    known += (known.empty() ? "" : ", ") + std::string(info.name);
  }
  throw Error(ErrorCode::bad_argument,
              "unknown noise model '" + std::string(name) + "'; known are " + known);
}

inline double noise_sigma_8bit(NoiseModel model, double level) noexcept {
  double sigma = std::numeric_limits<double>::quiet_NaN();
  denoiseae_noise_sigma(static_cast<int>(model), level, &sigma);
  return sigma;
}

inline void add_noise(std::span<float> samples_0_1, NoiseModel model, double level,
                      std::uint64_t seed) {
  detail::check(denoiseae_add_noise_to_samples(samples_0_1.data(), samples_0_1.size(),
                                               static_cast<int>(model), level, seed));
}

inline void add_noise(const ConstFrameView& in, const FrameView& out, NoiseModel model,
                      double level, std::uint64_t seed, std::uint64_t frame_index,
                      ThreadPool* pool) {
  const denoiseae_frame from = detail::c_frame(in), to = detail::c_frame(out);
  detail::check(denoiseae_add_noise(&from, &to, static_cast<int>(model), level, seed, frame_index,
                                    detail::Handles::of(pool)));
}

}  // namespace denoiseae
