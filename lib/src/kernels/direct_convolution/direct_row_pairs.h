// SPDX-License-Identifier: LGPL-2.1-or-later
// Sums of products for two rows of the output at a time. Their windows share all rows but the first
// and the last, and an input that both read is loaded once. Where the lanes of a block fill one
// vector, this loads two thirds of what single rows load, and loads are what limits those. The
// namespace is unnamed, as in direct_loops.h.
#pragma once

#include <cstddef>

#include "kernels/direct_convolution/direct_layout.h"

namespace denoiseae {
namespace {

/// Groups of positions of two rows that are computed together: their sums fill 20 of 32 registers.
inline constexpr int kPairGroups = 10;

/// Whether the window of the lower one is that of the upper one, a row further down.
inline bool share_rows(const DirectShape& shape, const DirectRow& upper, const DirectRow& lower) {
  for (int y = 1; y < shape.kernel; ++y)
    if (upper.in[y] != lower.in[y - 1]) return false;
  return shape.kernel > 1;
}

/// Adds the products of a row of the window to the sums of the rows that read it.
template <typename Products, bool kUpper, bool kLower>
[[gnu::always_inline]] inline void add_shared_row(typename Products::Sum (&upper)[kPairGroups],
                                                  typename Products::Sum (&lower)[kPairGroups],
                                                  const char* in, std::ptrdiff_t group_step,
                                                  int words, const char* upper_weights,
                                                  const char* lower_weights) {
  constexpr std::ptrdiff_t kWordStep = std::ptrdiff_t{4} * kBlock;
  const std::ptrdiff_t step3 = 3 * group_step;
  for (int word = 0; word < words; ++word, in += 4) {
    // Four groups share a pointer, so that the pointers of all groups fit the registers.
    const char* const at[] = {in, in + 4 * group_step, in + 8 * group_step};
    static_assert(kPairGroups <= 12);
    typename Products::Weights of_upper, of_lower;
    if constexpr (kUpper) of_upper = Products::load(upper_weights + word * kWordStep);
    if constexpr (kLower) of_lower = Products::load(lower_weights + word * kWordStep);
#pragma GCC unroll 16
    for (int g = 0; g < kPairGroups; ++g) {
      const auto one = Products::word(at[g / 4] + (g % 4 == 3 ? step3 : g % 4 * group_step));
      if constexpr (kUpper) upper[g] = Products::add(upper[g], one, of_upper);
      if constexpr (kLower) lower[g] = Products::add(lower[g], one, of_lower);
    }
  }
}

/// Computes the sums of kPairGroups groups of positions of two rows, as floats. rows: where the
/// window of the first group begins in each of kernel + 1 rows; null stands for zeros. row_words:
/// words of a row of the window. group_step: bytes from one group to the next.
template <typename Products>
void sum_pair_products(int kernel, int row_words, std::ptrdiff_t group_step,
                       const char* const* rows, const char* weights, float* upper_out,
                       float* lower_out) {
  const std::ptrdiff_t next_row = std::ptrdiff_t{4} * kBlock * row_words;
  typename Products::Sum upper[kPairGroups], lower[kPairGroups];
#pragma GCC unroll 16
  for (int g = 0; g < kPairGroups; ++g) upper[g] = lower[g] = Products::zero();
  const auto weights_of = [&](int y) { return weights + y * next_row; };
  if (rows[0] != nullptr)
    add_shared_row<Products, true, false>(upper, lower, rows[0], group_step, row_words, weights,
                                          nullptr);
  for (int y = 1; y < kernel; ++y)
    if (rows[y] != nullptr)
      add_shared_row<Products, true, true>(upper, lower, rows[y], group_step, row_words,
                                           weights_of(y), weights_of(y - 1));
  if (rows[kernel] != nullptr)
    add_shared_row<Products, false, true>(upper, lower, rows[kernel], group_step, row_words,
                                          nullptr, weights_of(kernel - 1));
#pragma GCC unroll 16
  for (int g = 0; g < kPairGroups; ++g) {
    hwy::HWY_NAMESPACE::Store(Products::to_float(upper[g]), typename Products::Lanes(),
                              upper_out + g * kBlock);
    hwy::HWY_NAMESPACE::Store(Products::to_float(lower[g]), typename Products::Lanes(),
                              lower_out + g * kBlock);
  }
}

}  // namespace
}  // namespace denoiseae
