// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/noise_cells/noise_cells.h"

#include <array>
#include <cmath>
#include <cstddef>

#include "kernels/best_variant.h"
#include "kernels/noise_cells/noise_cells_loops.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

namespace {

constexpr int kMagnitudes = kMaxCellMagnitude + 1;

const std::array<float, kMagnitudes>& logarithms() {
  static const std::array<float, kMagnitudes> values = [] {
    std::array<float, kMagnitudes> result{};
    for (int i = 0; i < kMagnitudes; ++i)
      result[static_cast<std::size_t>(i)] = static_cast<float>((std::log2(i / 8.0 + 0.25) - 1) / 3);
    return result;
  }();
  return values;
}

/// The part of white noise's variance that interpolation at a quarter leaves.
double noise_left(const std::array<std::int16_t, 6>& taps) {
  double left = 0;
  for (const std::int16_t tap : taps) left += tap * tap / 4096.0;
  return left;
}

const std::array<int, 16>& change_gains() {
  static const std::array<int, 16> gains = [] {
    std::array<int, 16> result{};
    for (std::size_t i = 0; i < result.size(); ++i) {
      const double left = noise_left(kCodeTaps[i % 4]) * noise_left(kCodeTaps[i / 4]);
      result[i] = static_cast<int>(std::lround(256 * std::sqrt(2 / (1 + left))));
    }
    return result;
  }();
  return gains;
}

}  // namespace

const float* const kNoiseCellLogs = logarithms().data();
const int* const kChangeGains = change_gains().data();

float noise_cell_log(int magnitude) noexcept { return kNoiseCellLogs[magnitude]; }

std::span<const NoiseCellsVariant> noise_cells_variants() noexcept {
  static const std::array variants = {
      NoiseCellsVariant{"c", noise_cells_c, true},
#ifdef __x86_64__
      NoiseCellsVariant{"avx2", noise_cells_avx2, has_avx2()},
      NoiseCellsVariant{"avx512", noise_cells_avx512, has_avx512()},
#endif
  };
  return variants;
}

NoiseCells* best_noise_cells() noexcept {
  static NoiseCells* const best = best_variant(noise_cells_variants()).noise_cells;
  return best;
}

}  // namespace denoiseae
