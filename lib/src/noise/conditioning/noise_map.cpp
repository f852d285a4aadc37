// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/conditioning/noise_map.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/packing/packing.h"

namespace denoiseae {

namespace {

float luma_sum(const float* position) {
  return position[0] + position[1] + position[2] + position[3];
}

}  // namespace

void fill_noise_map(const TensorView& planes, int channel, const NoiseCurve& curve, double gain,
                    ThreadPool* pool) {
  const auto slope = static_cast<float>(curve.slope), offset = static_cast<float>(curve.offset);
  const auto lowest = static_cast<float>(curve.lowest);
  const auto highest = static_cast<float>(std::max(curve.lowest, curve.highest));
  const auto scale = static_cast<float>(gain / 255) * kNoiseLevelScale;
  const std::ptrdiff_t step = planes.channels, row = step * planes.width;
  const auto fill_pair = [&](int y) {
    float* top = planes.data + row * y;
    float* bottom = y + 1 < planes.height ? top + row : top;
    for (int x = 0; x < planes.width; x += 2) {
      const std::ptrdiff_t left = step * x, right = x + 1 < planes.width ? left + step : left;
      const float sum = luma_sum(top + left) + luma_sum(top + right) + luma_sum(bottom + left) +
                        luma_sum(bottom + right);
      const float code = std::clamp((sum / 16 + 0.5f) * 255, lowest, highest);
      const float level = scale * std::sqrt(std::max(0.0f, slope * code + offset));
      top[left + channel] = top[right + channel] = level;
      bottom[left + channel] = bottom[right + channel] = level;
    }
  };
  for_ranges(pool, (planes.height + 1) / 2, [&](int begin, int end) {
    for (int pair = begin; pair < end; ++pair) fill_pair(2 * pair);
  });
}

void clamp_residual(const TensorView& planes, const TensorView& noise, const NoiseFloor& own,
                    ThreadPool* pool) {
  // Above 0, so that a level of 0 has a share of 0; too little to tell for others.
  constexpr float kMin = 1e-12f;
  const auto square = [&](double codes) {
    const auto told = static_cast<float>(codes / 255) * kNoiseLevelScale;
    return std::max(told * told, kMin);
  };
  const ResidualLimits limits{3 / kNoiseLevelScale, 5 / kNoiseLevelScale, -6.0f / 255,
                              square(own.luma), square(own.chroma)};
  for_ranges(pool, planes.height, [&](int begin, int end) {
    const TensorView told = rows_of(planes, begin, end);
    best_packing().limit(limits, told.data, rows_of(noise, begin, end).data,
                         told.height * told.width);
  });
}

}  // namespace denoiseae
