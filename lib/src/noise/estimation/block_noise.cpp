// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/estimation/block_noise.h"

#include "frame/samples.h"

namespace denoiseae {

namespace {

inline int sample(const NoisePatch& patch, int x, int y) {
  return patch[static_cast<std::size_t>(y) * kNoisePatch + x];
}

}  // namespace

CodeSquare::CodeSquare(const ConstFrameView& frame, int c, int x, int y, int side) {
  const FormatInfo& format = format_info(frame.format);
  const Component& info = format.component[static_cast<std::size_t>(c)];
  if (format.depth == 8) {
    samples_ = frame.component_row(c, y) + x * info.step_bytes;
    row_stride_ = frame.stride_bytes[static_cast<std::size_t>(info.plane)];
    step_ = info.step_bytes;
    return;
  }
  const auto length = static_cast<std::size_t>(side);
  for (std::size_t i = 0; i < length; ++i)
    load_8bit_codes(frame, c, x, y + static_cast<int>(i), {&copy_[i * length], length});
  samples_ = copy_.data();
  row_stride_ = side;
  step_ = 1;
}

NoisePatch load_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step) {
  NoisePatch patch;
  std::int16_t* row = patch.data();
  for (int y = 0; y < kNoisePatch; ++y, row += kNoisePatch, samples += row_stride) {
    // Samples without gaps have their own loop, because only these are loaded as vectors.
    if (step == 1)
      for (int x = 0; x < kNoisePatch; ++x) row[x] = samples[x];
    else
      for (int x = 0; x < kNoisePatch; ++x) row[x] = samples[x * step];
  }
  return patch;
}

NoisePatch load_halved_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step) {
  NoisePatch patch;
  std::int16_t* row = patch.data();
  for (int y = 0; y < kNoisePatch; ++y, row += kNoisePatch, samples += 2 * row_stride) {
    const std::uint8_t* below = samples + row_stride;
    for (int x = 0; x < kNoisePatch; ++x) {
      const std::ptrdiff_t left = std::ptrdiff_t{2} * x * step, right = left + step;
      row[x] = static_cast<std::int16_t>(
          (samples[left] + samples[right] + below[left] + below[right] + 2) / 4);
    }
  }
  return patch;
}

NoisePatch load_quartered_patch(const std::uint8_t* samples, std::ptrdiff_t row_stride, int step) {
  constexpr int kSize = 4;
  NoisePatch patch;
  std::int16_t* row = patch.data();
  for (int y = 0; y < kNoisePatch; ++y, row += kNoisePatch, samples += kSize * row_stride) {
    // The columns are summed first, because that makes long loops.
    std::array<std::int16_t, kSize * kNoisePatch> columns{};
    for (int i = 0; i < kSize; ++i)
      for (int x = 0; x < kSize * kNoisePatch; ++x)
        columns[static_cast<std::size_t>(x)] += samples[i * row_stride + x * step];
    for (std::size_t x = 0; x < kNoisePatch; ++x) {
      const std::int16_t* from = &columns[kSize * x];
      row[x] = static_cast<std::int16_t>((from[0] + from[1] + from[2] + from[3] + 8) / 16);
    }
  }
  return patch;
}

// The mask 1 -2 1 / -2 4 -2 / 1 -2 1 of Immerkaer (Computer Vision and Image Understanding 64(2),
// 1996) is blind to slopes and to edges along the axes; the squares of its weights sum to 36.
//
// Compilers make better vectors of long loops than of loops over short rows. Therefore the loops
// run over the ends of the rows, and the responses there are dropped.
double mask_variance(const NoisePatch& patch) {
  constexpr std::size_t kStep = kNoisePatch;
  std::array<std::int16_t, kStep * kStep - 2> across;
  for (std::size_t i = 0; i < across.size(); ++i)
    across[i] = static_cast<std::int16_t>(patch[i] - 2 * patch[i + 1] + patch[i + 2]);
  std::array<std::int16_t, kNoiseBlock * kStep> responses;
  for (std::size_t i = 0; i < responses.size() - 2; ++i)
    responses[i] =
        static_cast<std::int16_t>(across[i] - 2 * across[i + kStep] + across[i + 2 * kStep]);
  for (std::size_t end = kStep; end <= responses.size(); end += kStep)
    responses[end - 2] = responses[end - 1] = 0;

  constexpr std::size_t kQuarter = responses.size() / 4;
  std::uint32_t sum = 0;  // unsigned: differences of samples can fill it to the last bit
  for (std::size_t begin = 0; begin < responses.size(); begin += kQuarter) {
    std::int32_t quarter_sum = 0;
    for (std::size_t i = begin; i < begin + kQuarter; ++i)
      quarter_sum += responses[i] * responses[i];
    sum += static_cast<std::uint32_t>(quarter_sum);
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
          codes += sample(patch, 1 + cell_x * kNoiseCell + x, 1 + cell_y * kNoiseCell + y);
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
    for (int x = 1; x <= kNoiseBlock; ++x)
      saturated += sample(patch, x, y) == 0 || sample(patch, x, y) == 255;
  return saturated / static_cast<double>(kNoiseBlock * kNoiseBlock);
}

// The error of this polynomial is at most 0.007 for q up to kMaxSaturated.
double clipped_variance(double q) { return 1 - 1.73 * q + 0.9 * q * q; }

double mean_of_block(const NoisePatch& patch) {
  int sum = 0;
  for (int y = 1; y <= kNoiseBlock; ++y)
    for (int x = 1; x <= kNoiseBlock; ++x) sum += sample(patch, x, y);
  return sum / static_cast<double>(kNoiseBlock * kNoiseBlock);
}

}  // namespace denoiseae
