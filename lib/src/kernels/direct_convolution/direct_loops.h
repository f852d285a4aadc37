// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of kernels/direct_convolution/direct_convolution.h. Each variant compiles this text for
// its instruction set; Highway names the vectors of the set that the compiler is told to use. The
// namespace is unnamed, so that each source file has its own copy (see bfloat16.h).
#pragma once

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

#include "kernels/direct_convolution/direct_epilogue.h"
#include "kernels/direct_convolution/direct_layout.h"
#include "kernels/direct_convolution/direct_row_pairs.h"
#include "kernels/direct_convolution/direct_window.h"

namespace denoiseae {
namespace {

/// Number of registers that hold vectors.
inline constexpr int kRegisters = HWY_ARCH_ARM_A64 || HWY_TARGET == HWY_AVX3 ? 32 : 16;

/// The layout in memory of the window of a group of positions and of its weights, in bytes.
struct DirectStrides {
  int kernel;                 ///< rows of the window
  int row_words;              ///< words of a row of the window
  std::ptrdiff_t group;       ///< from the window of one group to that of the next
  std::ptrdiff_t next_block;  ///< from the weights of a block of lanes to those of the next one
};

/// The weights of kVectors vectors of lanes in memory, in bytes.
template <typename Lanes, int kVectors>
struct WeightSteps {
  static constexpr int kLanes = static_cast<int>(hn::MaxLanes(Lanes()));
  /// From those of a word to those of the next one: they lie together for all lanes of a block.
  static constexpr std::ptrdiff_t kWord = std::ptrdiff_t{4} * std::min(kVectors * kLanes, kBlock);
  std::ptrdiff_t vector;  ///< from those of a vector to those of the next one

  explicit WeightSteps(const DirectStrides& strides)
      : vector(kVectors * kLanes > kBlock ? strides.next_block : std::ptrdiff_t{4} * kLanes) {}
};

/// Computes the products of each row of a window of zeros, for kVectors vectors of lanes.
template <typename Products, int kVectors>
void zero_products(const DirectStrides& strides, const char* weights, std::int32_t* out) {
  using Steps = WeightSteps<typename Products::Lanes, kVectors>;
  const Steps steps(strides);
  constexpr char kZeros[4] = {};
  for (int y = 0; y < strides.kernel; ++y) {
    for (int v = 0; v < kVectors; ++v) {
      const char* at = weights + y * strides.row_words * Steps::kWord + v * steps.vector;
      auto sum = Products::zero();
      for (int word = 0; word < strides.row_words; ++word, at += Steps::kWord)
        sum = Products::add(sum, Products::word(kZeros), Products::load(at));
      std::memcpy(out, &sum, sizeof sum);
      out += Steps::kLanes;
    }
  }
}

/// Returns what sums begin with so that those of zeros are 0. offsets: from zero_products.
template <typename Products, int kVectors>
auto first_sums(const DirectStrides& strides, const char* const* rows,
                const std::int32_t* offsets) {
  std::array<typename Products::Sum, kVectors> sums;
  sums.fill(Products::zero());
  if constexpr (Products::kIsOffset) {
    constexpr int kLanes = WeightSteps<typename Products::Lanes, kVectors>::kLanes;
    for (int y = 0; y < strides.kernel; ++y, offsets += kVectors * kLanes) {
      if (rows[y] == nullptr) continue;
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) {
        typename Products::Sum offset;
        std::memcpy(&offset, offsets + v * kLanes, sizeof offset);
        sums[v] -= offset;
      }
    }
  }
  return sums;
}

/// Computes the sums of kGroups groups of positions and kVectors vectors of lanes, as floats: for
/// each group those of all vectors. rows: where the window of the first group begins in each row;
/// null stands for zeros. Products: the words, and the vectors of their products (see
/// direct_products.h). offsets: from zero_products, where zeros have products. Without "unroll",
/// GCC 12 keeps the sums in memory.
template <typename Products, int kVectors, int kGroups>
void sum_products(const DirectStrides& strides, const char* const* rows, const char* weights,
                  float* out, const std::int32_t* offsets = nullptr) {
  using Lanes = typename Products::Lanes;
  using Steps = WeightSteps<Lanes, kVectors>;
  const auto first = first_sums<Products, kVectors>(strides, rows, offsets);
  typename Products::Sum sums[kGroups][kVectors];
#pragma GCC unroll 16
  for (int g = 0; g < kGroups; ++g) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) sums[g][v] = first[v];
  }
  // Four groups share a pointer, so that the pointers of all groups fit the registers.
  constexpr int kPointers = (kGroups + 3) / 4;
  const std::ptrdiff_t step = strides.group, step3 = 3 * step;
  const std::ptrdiff_t next_vector = Steps(strides).vector;
  for (int y = 0; y < strides.kernel; ++y) {
    if (rows[y] == nullptr) {
      weights += strides.row_words * Steps::kWord;
      continue;
    }
    const char* at[kPointers];
#pragma GCC unroll 4
    for (int i = 0; i < kPointers; ++i) at[i] = rows[y] + i * 4 * step;
    const auto input = [&](int g) { return at[g / 4] + (g % 4 == 3 ? step3 : g % 4 * step); };
    int word = 0;
    if constexpr (Products::kTogether != 1) {
      for (; word + Products::kTogether <= strides.row_words; word += Products::kTogether) {
        typename Products::Words words[kGroups];
#pragma GCC unroll 16
        for (int g = 0; g < kGroups; ++g) words[g] = Products::words(input(g));
        const auto add_word = [&]<int kWord>(std::integral_constant<int, kWord>) {
          typename Products::Weights of_word[kVectors];
#pragma GCC unroll 4
          for (int v = 0; v < kVectors; ++v) of_word[v] = Products::load(weights + v * next_vector);
          weights += Steps::kWord;
#pragma GCC unroll 16
          for (int g = 0; g < kGroups; ++g) {
#pragma GCC unroll 4
            for (int v = 0; v < kVectors; ++v)
              sums[g][v] = Products::template add_one<kWord>(sums[g][v], words[g], of_word[v]);
          }
        };
        [&]<int... kWords>(std::integer_sequence<int, kWords...>) {
          (add_word(std::integral_constant<int, kWords>{}), ...);
        }
        (std::make_integer_sequence<int, Products::kTogether>{});
#pragma GCC unroll 4
        for (int i = 0; i < kPointers; ++i) at[i] += 4 * Products::kTogether;
      }
    }
#pragma GCC unroll 2
    for (; word < strides.row_words; ++word) {
      typename Products::Weights of_word[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; ++v) of_word[v] = Products::load(weights + v * next_vector);
      weights += Steps::kWord;
#pragma GCC unroll 16
      for (int g = 0; g < kGroups; ++g) {
        const auto one = Products::word(input(g));
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) sums[g][v] = Products::add(sums[g][v], one, of_word[v]);
      }
#pragma GCC unroll 4
      for (int i = 0; i < kPointers; ++i) at[i] += 4;
    }
  }
#pragma GCC unroll 16
  for (int g = 0; g < kGroups; ++g) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      hn::Store(Products::to_float(sums[g][v]), Lanes(), out);
      out += Steps::kLanes;
    }
  }
}

/// One of the blocks of lanes of a convolution, or two that are computed together. kRows: the rows
/// of the output that are computed at a time, 1 or 2.
template <typename Products, int kVectors, int kGroups, int kRows = 1>
class DirectBlock {
  using Lanes = typename Products::Lanes;
  static constexpr int kLanes = kVectors * static_cast<int>(hn::MaxLanes(Lanes()));
  static constexpr bool kIsOffset = Products::kIsOffset;
  static_assert(kGroups <= kMaxGroups);
  static_assert(kRows == 1 || (kVectors == 1 && kLanes == kBlock && kGroups == kPairGroups));

 public:
  /// first: the first lane.
  DirectBlock(const DirectShape& shape, const DirectLayout& layout,
              const DirectConstants& constants, const DirectEpilogue& end, int first)
      : shape_(shape),
        layout_(layout),
        strides_{shape.kernel, layout.row_words(), std::ptrdiff_t{4} * layout.stride * layout.words,
                 std::ptrdiff_t{4} * kBlock * shape.kernel * layout.row_words()},
        weights_(static_cast<const char*>(constants.weights) +
                 std::ptrdiff_t{4} * first * shape.kernel * layout.row_words()),
        constants_(constants),
        end_(end),
        first_(first) {
    if constexpr (kIsOffset) zero_products<Products, kVectors>(strides_, weights_, offsets_.data());
  }

  /// Computes kRows rows.
  void operator()(const DirectRow* rows, char* scratch) const {
    // The sums of several calls are finished together, which spares the start of a loop.
    constexpr int kHeld = 4 * kGroups;
    alignas(64) float sums[kRows][kHeld * kLanes];
    int begin = 0, held = 0;
    const auto finish = [&] {
      for (int r = 0; r < kRows; ++r)
        finish_sums<Lanes>(layout_, constants_, end_, shape_.out_width * shape_.outputs,
                           {sums[r], begin, std::min(held, layout_.groups - begin), first_, kLanes},
                           rows[r]);
    };
    WindowRows window = window_of(rows[0], shape_.kernel);
    if constexpr (kRows == 2) window.in[window.count++] = rows[1].in[shape_.kernel - 1];
    for (int g = 0; g < layout_.groups; g += kGroups, held += kGroups) {
      // The last groups of a row are computed twice where they do not fill a call.
      const int first = std::clamp(layout_.groups - kGroups, 0, g);
      if (held == kHeld || first != begin + held) {
        finish();
        begin = first;
        held = 0;
      }
      const auto in = find_window(window, shape_.in_width, layout_.words,
                                  first * layout_.stride - shape_.padding,
                                  (kGroups - 1) * layout_.stride + layout_.taps, scratch);
      const int at = held * kLanes;
      if constexpr (kRows == 1) {
        sum_products<Products, kVectors, kGroups>(strides_, in.data(), weights_, sums[0] + at,
                                                  offsets_.data());
      } else {
        sum_pair_products<Products>(strides_.kernel, strides_.row_words, strides_.group, in.data(),
                                    weights_, sums[0] + at, sums[1] + at);
      }
    }
    finish();
  }

 private:
  const DirectShape& shape_;
  const DirectLayout& layout_;
  DirectStrides strides_;
  const char* weights_;
  std::array<std::int32_t, kIsOffset ? kMaxDirectKernel * kLanes : 0> offsets_;
  const DirectConstants& constants_;
  const DirectEpilogue& end_;
  int first_;
};

template <typename Products, int kVectors, int kGroups, typename... Arguments>
void each_row(const DirectShape& shape, std::span<const DirectRow> rows, void* scratch,
              const Arguments&... arguments) {
  char* const own = static_cast<char*>(scratch);
  const DirectBlock<Products, kVectors, kGroups> block(shape, arguments...);
  std::size_t y = 0;
  if constexpr (hn::MaxLanes(typename Products::Lanes()) == kBlock && kVectors == 1) {
    const DirectBlock<Products, 1, kPairGroups, 2> pair(shape, arguments...);
    while (y + 1 < rows.size() && share_rows(shape, rows[y], rows[y + 1])) {
      pair(&rows[y], own);
      y += 2;
    }
  }
  for (; y < rows.size(); ++y) block(&rows[y], own);
}

/// together: words of inputs that are read at once. If it is 1, all groups share a register for it.
constexpr int groups_in_registers(int vectors, int together) {
  const int groups = together == 1 ? (kRegisters - 1 - vectors) / vectors / 2 * 2
                                   : (kRegisters - 1 - vectors) / (vectors + 1);
  return std::min(kMaxGroups, groups);
}

/// Products: a template of the number of lanes of the largest vector.
template <template <int> typename Products>
void direct_rows(const DirectShape& shape, SampleType type, const DirectConstants& constants,
                 const DirectEpilogue& end, std::span<const DirectRow> rows, void* scratch) {
  constexpr int kWidest = static_cast<int>(hn::MaxLanes(hn::ScalableTag<float>()));
  constexpr int kVectors = std::max(1, kBlock / kWidest);
  constexpr int kHalfVectors = std::max(1, kHalfBlock / kWidest);
  // The sums of a block, the weights of a word, and the words of inputs fill the registers.
  constexpr int kGroups = groups_in_registers(kVectors, Products<kBlock>::kTogether);
  constexpr int kHalfGroups = groups_in_registers(kHalfVectors, Products<kBlock>::kTogether);
  const DirectLayout layout(shape, type);
  for (int lane = 0; lane < layout.lanes;) {
    const int left = layout.padded_lanes() - lane;
    if constexpr (kVectors == 1 && kRegisters == 32) {
      if (left >= 2 * kBlock) {
        each_row<Products<kBlock>, 2, 8>(shape, rows, scratch, layout, constants, end, lane);
        lane += 2 * kBlock;
        continue;
      }
    }
    if (left >= kBlock) {
      each_row<Products<kBlock>, kVectors, kGroups>(shape, rows, scratch, layout, constants, end,
                                                    lane);
    } else {
      each_row<Products<kHalfBlock>, kHalfVectors, kHalfGroups>(shape, rows, scratch, layout,
                                                                constants, end, lane);
    }
    lane += kBlock;
  }
}

}  // namespace
}  // namespace denoiseae
