// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/block_noise.h"

namespace denoiseae {

NoisePatch load_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step) {
  NoisePatch patch;
  for (auto& row : patch) {
    // Apart, because only samples without gaps load as vectors.
    if (step == 1)
      for (int x = 0; x < kNoisePatch; ++x) row[static_cast<std::size_t>(x)] = samples[x];
    else
      for (int x = 0; x < kNoisePatch; ++x) row[static_cast<std::size_t>(x)] = samples[x * step];
    samples += row_stride;
  }
  return patch;
}

// The mask 1 -2 1 / -2 4 -2 / 1 -2 1 of Immerkaer (Computer Vision and Image Understanding 64(2),
// 1996) is blind to slopes and to edges along the axes; the squares of its weights sum to 36.
double mask_variance(const NoisePatch& patch) {
  std::array<std::array<std::int16_t, kNoiseBlock>, kNoisePatch> across;
  for (int y = 0; y < kNoisePatch; ++y)
    for (int x = 0; x < kNoiseBlock; ++x)
      across[y][x] = static_cast<std::int16_t>(patch[y][x] - 2 * patch[y][x + 1] + patch[y][x + 2]);
  std::uint32_t sum = 0;  // differences of samples fill it to the last bit
  for (int y = 0; y < kNoiseBlock; ++y) {
    // In 16 bits, for which processors multiply and add at once.
    std::int32_t row_sum = 0;
    for (int x = 0; x < kNoiseBlock; ++x) {
      const auto response =
          static_cast<std::int16_t>(across[y][x] - 2 * across[y + 1][x] + across[y + 2][x]);
      row_sum += response * response;
    }
    sum += static_cast<std::uint32_t>(row_sum);
  }
  return sum / (36.0 * kNoiseBlock * kNoiseBlock);
}

double cell_variance(const NoisePatch& patch) {
  constexpr int kCells = kNoiseBlock / kNoiseCell;
  double sum = 0, squares = 0;
  for (int cell_y = 0; cell_y < kCells; ++cell_y)
    for (int cell_x = 0; cell_x < kCells; ++cell_x) {
      int codes = 0;
      for (int y = 0; y < kNoiseCell; ++y)
        for (int x = 0; x < kNoiseCell; ++x)
          codes += patch[1 + cell_y * kNoiseCell + y][1 + cell_x * kNoiseCell + x];
      const double mean = codes / static_cast<double>(kNoiseCell * kNoiseCell);
      sum += mean;
      squares += mean * mean;
    }
  const double count = kCells * kCells;
  return squares / count - (sum / count) * (sum / count);
}

double saturated_part(const NoisePatch& patch) {
  int saturated = 0;
  for (int y = 1; y <= kNoiseBlock; ++y)
    for (int x = 1; x <= kNoiseBlock; ++x) saturated += patch[y][x] == 0 || patch[y][x] == 255;
  return saturated / static_cast<double>(kNoiseBlock * kNoiseBlock);
}

// Clipping a part q of normal noise at one end leaves this part of its variance; the polynomial is
// within 0.007 of the exact value for q up to kMaxSaturated.
double clipped_variance(double q) { return 1 - 1.73 * q + 0.9 * q * q; }

double mean_of_block(const NoisePatch& patch) {
  int sum = 0;
  for (int y = 1; y <= kNoiseBlock; ++y)
    for (int x = 1; x <= kNoiseBlock; ++x) sum += patch[y][x];
  return sum / static_cast<double>(kNoiseBlock * kNoiseBlock);
}

}  // namespace denoiseae
