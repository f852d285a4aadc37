// SPDX-License-Identifier: LGPL-2.1-or-later
// Measures what tells noise from detail in cells of 4x4 luma samples and 2x2 samples of U and of V.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace denoiseae {

/// The values of a cell. Bands are the high bands of the Haar transform of 2x2 samples: horizontal,
/// vertical and diagonal differences. Each value is the logarithm of a magnitude, as
/// noise_cell_log says, except where it is said otherwise.
enum NoiseCellValue : int {
  kCellHorizontal,  ///< bands of luma at full size, summed over the four blocks of the cell
  kCellVertical,
  kCellDiagonal,
  kCellHalfHorizontal,  ///< bands of luma at half size
  kCellHalfVertical,
  kCellHalfDiagonal,
  kCellChromaEdges,  ///< horizontal and vertical bands of chroma
  kCellChromaDiagonal,
  kCellChange,          ///< differences of luma from the frame before
  kCellDiagonalChange,  ///< the diagonal bands of these differences
  kCellMeanChange,      ///< the mean of these differences
  kCellChromaChange,    ///< differences of chroma from the frame before
  kCellFlattest,        ///< the bands of the flattest of the four blocks
  kCellBrightness,      ///< mean luma, -1 for code 0 and 1 for code 255
  kCellClipped,         ///< share of the luma samples with the codes 0, 1, 254 or 255
  kCellKnown,           ///< 1 if the cell has a counterpart before that it differs from, else 0
  kCellValues
};

/// Returns (log2(magnitude / 8 + 1/4) - 1) / 3. magnitude: a sum of differences of codes, 0 ...
/// 4080.
float noise_cell_log(int magnitude) noexcept;

/// Points to the samples of some cells that stand side by side.
struct NoiseCellPlanes {
  const std::uint8_t* luma = nullptr;
  std::ptrdiff_t luma_stride = 0;
  const std::uint8_t* u = nullptr;
  const std::uint8_t* v = nullptr;
  std::ptrdiff_t chroma_stride = 0;
};

/// A place between samples, to the right of one and below it, in quarters: 0 ... 3.
struct QuarterOffset {
  std::uint8_t x = 0;
  std::uint8_t y = 0;

  bool is_whole() const { return x == 0 && y == 0; }
};

/// How many cells are interpolated at a time.
inline constexpr int kCellGroup = 4;
/// How many samples interpolation takes before those of the cells, and after them, along both axes.
inline constexpr int kSamplesBefore = 2, kSamplesAfter = 3;

/// The counterpart of some cells in the frame before. Where it lies between the samples of a plane,
/// it is interpolated: from the samples of kCellGroup cells and those around them, for at most
/// that many cells. Interpolation averages noise, so the values of the changes are enlarged by as
/// much as it takes away of white noise.
struct NoiseCellsBefore {
  NoiseCellPlanes planes;  ///< luma is null where the cells have no counterpart
  QuarterOffset luma;
  QuarterOffset chroma;
};

/// Writes kCellValues values for each of count cells. Without a counterpart the values of the
/// changes are 0.
using NoiseCells = void(const NoiseCellPlanes& now, const NoiseCellsBefore& before, int count,
                        float* values);

NoiseCells noise_cells_c, noise_cells_avx2, noise_cells_avx512;

struct NoiseCellsVariant {
  std::string_view name;
  NoiseCells* noise_cells;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
std::span<const NoiseCellsVariant> noise_cells_variants() noexcept;
/// Returns the fastest available variant.
NoiseCells* best_noise_cells() noexcept;

}  // namespace denoiseae
