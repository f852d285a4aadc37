// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/sample_noise.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace denoiseae {

NoiseKind noise_kind_from_name(std::string_view name) {
  if (name == kCameraName) return CameraNoise{};
  try {
    return noise_model_from_name(name);
  } catch (const Error& error) {
    throw Error(error.code(), std::string(error.what()) + ", " + std::string(kCameraName));
  }
}

std::string_view name_of(const NoiseKind& kind) noexcept {
  const auto* model = std::get_if<NoiseModel>(&kind);
  return model != nullptr ? noise_model_info(*model).name : kCameraName;
}

double max_level_of(const NoiseKind& kind) noexcept {
  const auto* model = std::get_if<NoiseModel>(&kind);
  return model != nullptr ? noise_model_info(*model).max_level : kMaxCameraLevel;
}

void round_and_clip(std::span<float> samples_0_1) {
  for (float& sample : samples_0_1)
    sample = std::floor(std::clamp(sample, 0.0f, 1.0f) * 255.0f + 0.5f) / 255.0f;
}

}  // namespace denoiseae
