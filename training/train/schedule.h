// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace denoiseae {

/// Returns the learning rate of a step (from 0): a linear warm-up, then the peak for ever.
inline double constant_rate(std::int64_t step, std::int64_t warmup_steps, double peak) {
  return step < warmup_steps
             ? peak * static_cast<double>(step + 1) / static_cast<double>(warmup_steps)
             : peak;
}

/// Returns the learning rate of a step: a linear warm-up, then a cosine to zero at the last step
/// (Loshchilov and Hutter, ICLR 2017, without restarts).
inline double cosine_rate(std::int64_t step, std::int64_t steps, std::int64_t warmup_steps,
                          double peak) {
  if (step < warmup_steps) return constant_rate(step, warmup_steps, peak);
  const double done = static_cast<double>(step - warmup_steps) /
                      static_cast<double>(std::max<std::int64_t>(1, steps - warmup_steps));
  return peak * 0.5 * (1 + std::cos(std::numbers::pi * done));
}

}  // namespace denoiseae
