// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of kernels/direct_convolution/direct_convolution.h on matrix tiles. A row of a tile of
// inputs is a part of the window of one group of positions, a column of a tile of weights is a
// lane. The weights of a block lie in memory as these tiles do. The namespace is unnamed, as in
// direct_loops.h.
#pragma once

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/direct_convolution/direct_epilogue.h"
#include "kernels/direct_convolution/direct_layout.h"
#include "kernels/direct_convolution/direct_window.h"
#include "kernels/tiles.h"

namespace denoiseae {
namespace {

/// Computes one block of lanes, or two together if kBlocks is 2. Tiles 0 to 3 hold sums, 4 and 5
/// inputs, 6 and 7 weights.
template <typename Tiles, SampleType kType, int kBlocks>
class TileBlock {
  using Lanes = hn::CappedTag<float, kHalfBlock>;
  static constexpr int kTiles = kMaxTiles / kBlocks;  ///< tiles of groups of a call
  using Starts = std::array<std::array<const char*, kTiles>, kMaxDirectKernel>;

 public:
  /// first: the first lane. lanes: their number in a block, kBlock if there are two.
  TileBlock(const DirectShape& shape, const DirectLayout& layout, const DirectConstants& constants,
            const DirectEpilogue& end, int first, int lanes)
      : shape_(shape),
        layout_(layout),
        words_(tile_step_words(layout.row_words())),
        weights_(static_cast<const char*>(constants.weights) +
                 std::ptrdiff_t{4} * first * shape.kernel * layout.row_words()),
        next_block_(std::ptrdiff_t{4} * kBlock * shape.kernel * layout.row_words()),
        constants_(constants),
        end_(end),
        first_(first),
        lanes_(lanes) {}

  TileConfig config() const {
    TileConfig result;
    for (int tile = 0; tile < 4; ++tile) result.set(tile, kTileRows, lanes_);
    for (int tile = 4; tile < 6; ++tile) result.set(tile, kTileRows, words_);
    for (int tile = 6; tile < 8; ++tile) result.set(tile, words_, lanes_);
    return result;
  }

  void operator()(const DirectRow& row, char* scratch) const {
    constexpr int kGroups = kTiles * kTileRows;
    alignas(64) float sums[kGroups * kBlocks * kBlock];
    for (int done = 0; done < layout_.groups; done += kGroups) {
      const int tiles = std::min(kTiles, (layout_.groups - done + kTileRows - 1) / kTileRows);
      Starts starts;
      for (int t = 0; t < tiles; ++t)
        find_windows(row, first_group(done, t), scratch + t * tile_scratch_bytes(), starts, t);
      multiply(row, starts, tiles, sums);
      for (int t = 0; t < tiles; ++t) finish(row, done + t * kTileRows, t, sums);
    }
  }

 private:
  /// The last tile of a row computes groups again that the one before has computed.
  int first_group(int done, int tile) const {
    return std::clamp(layout_.groups - kTileRows, 0, done + tile * kTileRows);
  }
  int tile_positions() const { return (kTileRows - 1) * layout_.stride + layout_.taps; }
  std::ptrdiff_t word_bytes() const { return std::ptrdiff_t{4} * layout_.words; }
  std::ptrdiff_t tile_scratch_bytes() const {
    return word_bytes() * tile_positions() * shape_.kernel;
  }

  /// Finds where the window of a tile begins in each row.
  void find_windows(const DirectRow& row, int first, char* scratch, Starts& starts,
                    int tile) const {
    const auto found =
        find_window(window_of(row, shape_.kernel), shape_.in_width, layout_.words,
                    first * layout_.stride - shape_.padding, tile_positions(), scratch);
    for (int y = 0; y < shape_.kernel; ++y) starts[y][tile] = found[y];
  }

  template <int kSum, int kInputs, int kWeights>
  static void add() {
    if constexpr (kType == SampleType::bfloat16) {
      Tiles::template add_bfloat16<kSum, kInputs, kWeights>();
    } else {
      Tiles::template add_codes<kSum, kInputs, kWeights>();
    }
  }

  /// Adds the products of a tile of weights, or of one of each block, with tiles of inputs.
  void add_step(const std::array<const char*, kTiles>& at, std::ptrdiff_t offset, int tiles,
                const char* weights) const {
    const std::ptrdiff_t step = layout_.stride * word_bytes();
    const std::ptrdiff_t weights_step = std::ptrdiff_t{4} * lanes_;
    Tiles::template load<6>(weights, weights_step);
    Tiles::template load<4>(at[0] + offset, step);
    add<0, 4, 6>();
    if constexpr (kBlocks == 1) {
      if (tiles == 1) return;
      Tiles::template load<5>(at[1] + offset, step);
      add<1, 5, 6>();
      if (tiles == 2) return;
      Tiles::template load<4>(at[2] + offset, step);
      add<2, 4, 6>();
      if (tiles == 3) return;
      Tiles::template load<5>(at[3] + offset, step);
      add<3, 5, 6>();
    } else {
      Tiles::template load<7>(weights + next_block_, weights_step);
      add<1, 4, 7>();
      if (tiles == 1) return;
      Tiles::template load<5>(at[1] + offset, step);
      add<2, 5, 6>();
      add<3, 5, 7>();
    }
  }

  /// sums: for each tile of groups, groups x lanes of all blocks.
  void multiply(const DirectRow& row, const Starts& starts, int tiles, float* sums) const {
    Tiles::template zero<0>();
    Tiles::template zero<1>();
    Tiles::template zero<2>();
    Tiles::template zero<3>();
    const char* weights = weights_;
    for (int y = 0; y < shape_.kernel; ++y) {
      if (row.in[y] == nullptr) {
        weights += std::ptrdiff_t{4} * layout_.row_words() * lanes_;
        continue;
      }
      for (int word = 0; word < layout_.row_words(); word += words_) {
        add_step(starts[y], std::ptrdiff_t{4} * word, tiles, weights);
        weights += std::ptrdiff_t{4} * words_ * lanes_;
      }
    }
    const int row_lanes = kBlocks * lanes_;
    const std::ptrdiff_t step = std::ptrdiff_t{4} * row_lanes;
    const auto place = [&](int tile) {
      return sums + tile / kBlocks * kTileRows * row_lanes + tile % kBlocks * lanes_;
    };
    Tiles::template store<0>(place(0), step);
    Tiles::template store<1>(place(1), step);
    Tiles::template store<2>(place(2), step);
    Tiles::template store<3>(place(3), step);
    if constexpr (kType == SampleType::code) {
      const hn::RebindToSigned<Lanes> integers;
      for (int i = 0; i < tiles * kTileRows * row_lanes; i += kHalfBlock) {
        for (int j = 0; j < kHalfBlock; j += static_cast<int>(hn::MaxLanes(Lanes()))) {
          const auto sum = hn::Load(integers, reinterpret_cast<const std::int32_t*>(sums + i + j));
          hn::Store(hn::ConvertTo(Lanes(), sum), Lanes(), sums + i + j);
        }
      }
    }
  }

  /// Writes the groups of a tile from group on.
  void finish(const DirectRow& row, int group, int tile, const float* sums) const {
    const int row_lanes = kBlocks * lanes_;
    const int skipped = group - first_group(group - tile * kTileRows, tile);
    const LaneSums of{sums + (tile * kTileRows + skipped) * row_lanes, group,
                      std::min(kTileRows - skipped, layout_.groups - group), first_, row_lanes};
    const int row_values = shape_.out_width * shape_.outputs;
    if (row_lanes % kBlock == 0) {
      finish_sums<hn::CappedTag<float, kBlock>>(layout_, constants_, end_, row_values, of, row);
    } else {
      finish_sums<Lanes>(layout_, constants_, end_, row_values, of, row);
    }
  }

  const DirectShape& shape_;
  const DirectLayout& layout_;
  int words_;  ///< words of a step, one row of a tile
  const char* weights_;
  std::ptrdiff_t next_block_;
  const DirectConstants& constants_;
  const DirectEpilogue& end_;
  int first_;
  int lanes_;
};

template <typename Tiles, SampleType kType, int kBlocks>
void each_row_on_tiles(const TileBlock<Tiles, kType, kBlocks>& block,
                       std::span<const DirectRow> rows, void* scratch) {
  const Tiles in_use(block.config());
  for (const DirectRow& row : rows) block(row, static_cast<char*>(scratch));
}

template <typename Tiles, SampleType kType>
void direct_tile_rows(const DirectShape& shape, const DirectConstants& constants,
                      const DirectEpilogue& end, std::span<const DirectRow> rows, void* scratch) {
  const DirectLayout layout(shape, kType);
  for (int lane = 0; lane < layout.lanes;) {
    const int left = layout.padded_lanes() - lane;
    if (left >= 2 * kBlock) {
      each_row_on_tiles(TileBlock<Tiles, kType, 2>(shape, layout, constants, end, lane, kBlock),
                        rows, scratch);
      lane += 2 * kBlock;
    } else {
      each_row_on_tiles(
          TileBlock<Tiles, kType, 1>(shape, layout, constants, end, lane, std::min(left, kBlock)),
          rows, scratch);
      lane += kBlock;
    }
  }
}

}  // namespace
}  // namespace denoiseae
