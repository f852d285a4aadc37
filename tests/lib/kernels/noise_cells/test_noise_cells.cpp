// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "kernels/noise_cells/between_samples.h"
#include "kernels/noise_cells/noise_cells.h"
#include "kernels/noise_cells/noise_cells_loops.h"
#include "motion/luma_block.h"
#include "support/check.h"
#include "support/code_picture.h"
#include "support/slow_noise_cells.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kMaxCells = 19;
constexpr float kUntouched = -77;

NoiseCells* plain_loops() { return noise_cells_variants().front().noise_cells; }

/// A row of cells.
CodePicture random_row(std::uint32_t seed) { return {4 * kMaxCells, 4, seed}; }

NoiseCellPlanes cells_of(const CodePicture& picture) {
  const CodePlanes planes = picture.planes();
  return {planes.luma.data, planes.luma.stride_bytes, planes.u.data, planes.v.data,
          planes.u.stride_bytes};
}

/// Returns the values of cells, and of one more that must not be touched.
std::vector<float> run(NoiseCells* noise_cells, const CodePicture& now, const CodePicture* before,
                       int count) {
  std::vector<float> values(static_cast<std::size_t>((count + 1) * kCellValues), kUntouched);
  noise_cells(cells_of(now), {before != nullptr ? cells_of(*before) : NoiseCellPlanes{}, {}, {}},
              count, values.data());
  return values;
}

void assert_cells(const CodePicture& now, const CodePicture* before) {
  const CodePlanes is = now.planes(), was = before != nullptr ? before->planes() : CodePlanes{};
  for (const NoiseCellsVariant& variant : available(noise_cells_variants()))
    for (int count = 0; count <= kMaxCells; ++count) {
      const std::vector<float> values = run(variant.noise_cells, now, before, count);
      for (int cell = 0; cell < count; ++cell) {
        const std::array<double, kCellValues> expected = slow_noise_cell(
            is, {4 * cell, 0}, {before != nullptr ? &was : nullptr, {16 * cell, 0}, {8 * cell, 0}});
        for (int i = 0; i < kCellValues; ++i) {
          const float found = values[static_cast<std::size_t>(cell * kCellValues + i)];
          if (!(std::abs(found - expected[static_cast<std::size_t>(i)]) < 1e-6))
            ck_abort_msg("value %d of cell %d: %g, expected %g", i, cell, found,
                         expected[static_cast<std::size_t>(i)]);
        }
      }
      for (int i = count * kCellValues; i < (count + 1) * kCellValues; ++i)
        ck_assert_float_eq(values[static_cast<std::size_t>(i)], kUntouched);
    }
}

/// Makes a row of one colour.
CodePicture plain_row(std::uint8_t code) {
  CodePicture row = random_row(1);
  for (auto* const plane : {&row.luma, &row.u, &row.v})
    std::fill(plane->begin(), plane->end(), code);
  return row;
}

/// Returns the mean of each value over many cells of gray with noise, and another frame before.
std::array<double, kCellValues> means_of_noise(double sigma, std::uint32_t seed) {
  constexpr int kRows = 200;
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(128, sigma);
  std::array<double, kCellValues> means{};
  CodePicture now = random_row(1), before = random_row(2);
  for (int i = 0; i < kRows; ++i) {
    for (CodePicture* const picture : {&now, &before})
      for (auto* const plane : {&picture->luma, &picture->u, &picture->v})
        for (std::uint8_t& code : *plane)
          code = static_cast<std::uint8_t>(std::clamp(std::lround(normal(random)), 0l, 255l));
    const std::vector<float> values = run(plain_loops(), now, &before, kMaxCells);
    for (int cell = 0; cell < kMaxCells; ++cell)
      for (std::size_t v = 0; v < kCellValues; ++v)
        means[v] += values[static_cast<std::size_t>(cell) * kCellValues + v] / (kRows * kMaxCells);
  }
  return means;
}

}  // namespace

START_TEST(test_cells_are_as_defined) {
  const CodePicture now = random_row(1), before = random_row(2);
  assert_cells(now, &before);
  assert_cells(now, nullptr);
}
END_TEST

START_TEST(test_cells_between_samples_are_as_defined) {
  // The cells before begin in the middle of a larger frame, as far from its edges as is needed.
  constexpr int kX = 8, kY = 8;
  const CodePicture now = random_row(1), before(4 * kMaxCells, 24, 2);
  const CodePlanes is = now.planes(), was = before.planes();
  const NoiseCellPlanes from{was.luma.data + kY * was.luma.stride_bytes + kX, was.luma.stride_bytes,
                             was.u.data + kY / 2 * was.u.stride_bytes + kX / 2,
                             was.v.data + kY / 2 * was.v.stride_bytes + kX / 2, was.u.stride_bytes};
  for (const NoiseCellsVariant& variant : available(noise_cells_variants()))
    for (int place = 0; place < 256; ++place) {
      const auto quarter = [&](int shift) { return static_cast<std::uint8_t>(place >> shift & 3); };
      const QuarterOffset luma{quarter(0), quarter(2)}, chroma{quarter(4), quarter(6)};
      std::vector<float> values(kCellGroup * kCellValues);
      for (int count = 1; count <= kCellGroup; ++count) {
        variant.noise_cells(cells_of(now), {from, luma, chroma}, count, values.data());
        for (int cell = 0; cell < count; ++cell) {
          const CellBefore counterpart{&was,
                                       {4 * (kX + 4 * cell) + luma.x, 4 * kY + luma.y},
                                       {2 * kX + 8 * cell + chroma.x, 2 * kY + chroma.y}};
          const std::array<double, kCellValues> expected =
              slow_noise_cell(is, {4 * cell, 0}, counterpart);
          for (std::size_t i = 0; i < kCellValues; ++i) {
            const float found = values[static_cast<std::size_t>(cell) * kCellValues + i];
            if (!(std::abs(found - expected[i]) < 1e-6))
              ck_abort_msg("value %zu of cell %d, place %d: %g, expected %g", i, cell, place, found,
                           expected[i]);
          }
        }
      }
    }
}
END_TEST

START_TEST(test_the_taps_are_those_of_the_warped_state) {
  for (std::size_t quarter = 0; quarter < kCodeTaps.size(); ++quarter) {
    int sum = 0;
    for (std::size_t tap = 0; tap < kTaps; ++tap) {
      sum += kCodeTaps[quarter][tap];
      ck_assert_double_eq_tol(kCodeTaps[quarter][tap] / 64.0, kInterpolation[quarter][tap], 0.011);
    }
    ck_assert_int_eq(sum, 64);
  }
}
END_TEST

// Interpolation averages noise, but the level that it tells must not depend on the motion.
START_TEST(test_noise_changes_as_much_between_samples) {
  constexpr int kSize = 400;
  std::mt19937 random(1);
  std::normal_distribution<double> normal(128, 12);
  CodePicture now(kSize, kSize, 1), before(kSize, kSize, 2);
  for (CodePicture* const picture : {&now, &before})
    for (auto* const plane : {&picture->luma, &picture->u, &picture->v})
      for (std::uint8_t& code : *plane)
        code = static_cast<std::uint8_t>(std::lround(normal(random)));
  const CodePlanes is = now.planes(), was = before.planes();
  const auto mean_change = [&](QuarterOffset offset, int value) {
    double sum = 0;
    int cells = 0;
    for (int y = 8; y < kSize - 16; y += 4)
      for (int x = 16; x < kSize - 32; x += 16, cells += kCellGroup) {
        const auto planes_of = [&](const CodePlanes& planes) -> NoiseCellPlanes {
          const std::ptrdiff_t at = y / 2 * planes.u.stride_bytes + x / 2;
          return {planes.luma.data + y * planes.luma.stride_bytes + x, planes.luma.stride_bytes,
                  planes.u.data + at, planes.v.data + at, planes.u.stride_bytes};
        };
        std::array<float, kCellGroup * kCellValues> values;
        plain_loops()(planes_of(is), {planes_of(was), offset, offset}, kCellGroup, values.data());
        for (int cell = 0; cell < kCellGroup; ++cell)
          sum += values[static_cast<std::size_t>(cell * kCellValues + value)];
      }
    return sum / cells;
  };
  for (const int value : {kCellChange, kCellChromaChange})
    for (const QuarterOffset offset : {QuarterOffset{2, 2}, {0, 2}, {1, 3}})
      // A thirtieth of the unit is 7 % of the noise.
      ck_assert_double_eq_tol(mean_change(offset, value), mean_change({}, value), 0.01);
}
END_TEST

START_TEST(test_the_largest_magnitudes_have_values) {
  // Differences of 255 at each sample, as checks, stripes along both axes and plain planes.
  for (const auto& [across, down] : {std::array{1, 1}, {1, 0}, {0, 1}, {2, 2}, {2, 0}, {0, 2}}) {
    CodePicture checks = random_row(1);
    for (auto* const plane : {&checks.luma, &checks.u, &checks.v}) {
      const std::ptrdiff_t stride =
          plane == &checks.luma ? checks.luma_stride : checks.chroma_stride;
      for (std::size_t i = 0; i < plane->size(); ++i) {
        const auto x = static_cast<int>(static_cast<std::ptrdiff_t>(i) % stride);
        const auto y = static_cast<int>(static_cast<std::ptrdiff_t>(i) / stride);
        const int step = (across > 0 ? x / across : 0) + (down > 0 ? y / down : 0);
        (*plane)[i] = step % 2 == 0 ? 255 : 0;
      }
    }
    CodePicture negative = checks;
    for (auto* const plane : {&negative.luma, &negative.u, &negative.v})
      for (std::uint8_t& code : *plane) code = static_cast<std::uint8_t>(255 - code);
    assert_cells(checks, &negative);
  }
  const CodePicture black = plain_row(0), white = plain_row(255);
  assert_cells(white, &black);
}
END_TEST

START_TEST(test_a_cell_that_is_repeated_tells_no_change) {
  const CodePicture now = random_row(1);
  assert_cells(now, &now);
  const auto known = [&](const CodePicture* before, int cell) {
    return run(plain_loops(), now, before,
               kMaxCells)[static_cast<std::size_t>(cell * kCellValues + kCellKnown)];
  };
  ck_assert_float_eq(known(nullptr, 3), 0);
  ck_assert_float_eq(known(&now, 3), 0);
  // One sample is enough.
  CodePicture other = now;
  other.luma_at(4 * 3 + 3, 3) ^= 1;
  ck_assert_float_eq(known(&other, 3), 1);
  ck_assert_float_eq(known(&other, 2), 0);
  other = now;
  other.v[static_cast<std::size_t>(other.chroma_stride + 2 * 5)] ^= 1;
  ck_assert_float_eq(known(&other, 5), 1);
  ck_assert_float_eq(known(&other, 4), 0);
}
END_TEST

START_TEST(test_codes_at_both_ends_are_clipped) {
  for (int code = 0; code < 256; ++code) {
    const std::vector<float> values =
        run(plain_loops(), plain_row(static_cast<std::uint8_t>(code)), nullptr, 1);
    ck_assert_float_eq(values[kCellClipped], code < 2 || code > 253 ? 1 : 0);
    ck_assert_float_eq_tol(values[kCellBrightness], static_cast<float>(code) / 127.5f - 1, 1e-6f);
  }
}
END_TEST

START_TEST(test_variants_equal_the_plain_loops) {
  const NoiseCellsVariant& plain = noise_cells_variants().front();
  for (const NoiseCellsVariant& variant : available(noise_cells_variants()))
    for (std::uint32_t seed = 1; seed < 20; ++seed)
      for (int count = 0; count <= kMaxCells; ++count) {
        const CodePicture now = random_row(seed), other = random_row(seed + 100);
        for (const CodePicture* before : {static_cast<const CodePicture*>(nullptr), &other})
          ck_assert(run(plain.noise_cells, now, before, count) ==
                    run(variant.noise_cells, now, before, count));
      }
}
END_TEST

START_TEST(test_logarithms_are_of_the_magnitude) {
  for (int magnitude = 0; magnitude <= 4080; ++magnitude)
    ck_assert_double_eq_tol(noise_cell_log(magnitude), slow_cell_log(magnitude), 1e-6);
}
END_TEST

START_TEST(test_bands_of_four_samples) {
  const CodePicture picture = random_row(3), other = random_row(4);
  const LumaView plane = picture.planes().luma, before = other.planes().luma;
  const SamplePairs now[2] = {SamplePairs(plane.data),
                              SamplePairs(plane.data + plane.stride_bytes)};
  const SamplePairs was[2] = {SamplePairs(before.data),
                              SamplePairs(before.data + before.stride_bytes)};
  const HaarBands bands(now[0], now[1]);
  const Lanes changes = block_changes(now, was);
  for (int i = 0; i < kLanes; ++i) {
    ck_assert_int_eq(bands.sum[i], slow_haar(plane, 2 * i, 0, 1, kSum));
    ck_assert_int_eq(bands.horizontal[i], slow_haar(plane, 2 * i, 0, 1, kHorizontal));
    ck_assert_int_eq(bands.vertical[i], slow_haar(plane, 2 * i, 0, 1, kVertical));
    ck_assert_int_eq(bands.diagonal[i], slow_haar(plane, 2 * i, 0, 1, kDiagonal));
    int change = 0;
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 2; ++x)
        change += std::abs(code_at(plane, 2 * i + x, y) - code_at(before, 2 * i + x, y));
    ck_assert_int_eq(changes[i], change);
  }
}
END_TEST

// Networks tell a level as a logarithm in the same unit (layout/noise_map_layout.h).
START_TEST(test_twice_the_noise_raises_the_logarithms_by_a_third) {
  const std::array<double, kCellValues> weak = means_of_noise(15, 1),
                                        strong = means_of_noise(30, 2);
  for (const int value :
       {kCellHorizontal, kCellVertical, kCellDiagonal, kCellHalfHorizontal, kCellHalfVertical,
        kCellHalfDiagonal, kCellChromaEdges, kCellChromaDiagonal, kCellChange, kCellDiagonalChange,
        kCellMeanChange, kCellChromaChange, kCellFlattest}) {
    const auto i = static_cast<std::size_t>(value);
    if (!(std::abs(strong[i] - weak[i] - 1.0 / 3) < 0.04))
      ck_abort_msg("value %d rises by %g", value, strong[i] - weak[i]);
  }
}
END_TEST

int main() {
  return run_suite(
      "noise_cells",
      {test_cells_are_as_defined, test_cells_between_samples_are_as_defined,
       test_the_taps_are_those_of_the_warped_state, test_noise_changes_as_much_between_samples,
       test_the_largest_magnitudes_have_values, test_a_cell_that_is_repeated_tells_no_change,
       test_codes_at_both_ends_are_clipped, test_variants_equal_the_plain_loops,
       test_logarithms_are_of_the_magnitude, test_bands_of_four_samples,
       test_twice_the_noise_raises_the_logarithms_by_a_third});
}
