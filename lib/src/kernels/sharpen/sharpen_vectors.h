// SPDX-License-Identifier: LGPL-2.1-or-later
// Sharpens a row with vectors of any width. V has the operations of one instruction set.
#pragma once

#include "kernels/sharpen/sharpen.h"
#include "kernels/sharpen/sharpen_bytes.h"

namespace denoiseae {
// The namespace is unnamed, so that each source file has its own copies of the functions. Otherwise
// the linker would keep one copy of each, which may be compiled for instructions that a CPU lacks.
namespace {

// Returns the sharpened samples in 16 bits. The rounding product of the processor, (a b + 2^14) /
// 2^15, of 16 detail and 8 amount is (amount detail + 128) / 256. No factor overflows, because
// |detail| <= 1020 and amount <= 1024. vertical, horizontal: the samples on both sides,
// alternating.
template <typename V>
inline typename V::Register sharpen_wide(typename V::Register center, typename V::Register vertical,
                                         typename V::Register horizontal,
                                         typename V::Register weights) {
  const auto around =
      V::add(V::minus_16_times_pairs(vertical), V::minus_16_times_pairs(horizontal));
  return V::add(center, V::rounded_product(V::add(V::times_64(center), around), weights));
}

template <typename V>
inline void sharpen_vector(const std::uint8_t* above, const std::uint8_t* row,
                           const std::uint8_t* below, std::uint8_t* out, int step,
                           typename V::Register weights) {
  // V::load keeps compilers from loading a vector twice that is used twice. A second load is slow
  // for vectors that cross cache lines and have the same offset in their page as the last store.
  const auto c = V::load(row), a = V::load(above), b = V::load(below), none = V::zero();
  const auto l = V::load(row - step), r = V::load(row + step);
  // Interleaving and packing both work within the same parts of a register, so the order is kept.
  const auto low = sharpen_wide<V>(V::interleave_low(c, none), V::interleave_low(a, b),
                                   V::interleave_low(l, r), weights);
  const auto high = sharpen_wide<V>(V::interleave_high(c, none), V::interleave_high(a, b),
                                    V::interleave_high(l, r), weights);
  V::store(out, V::pack_16(low, high));
}

template <typename V>
void sharpen_row_vectors(const std::uint8_t* above, const std::uint8_t* row,
                         const std::uint8_t* below, std::uint8_t* out, int bytes, int step,
                         int amount) {
  const int last = bytes - step - V::kBytes;  // the last vector that has right neighbours
  if (last < step) {
    sharpen_bytes(above, row, below, out, bytes, step, amount, 0, bytes);
    return;
  }
  const auto weights = V::all_16(static_cast<short>(8 * amount));
  sharpen_bytes(above, row, below, out, bytes, step, amount, 0, step);
  for (int i = step; i < last; i += V::kBytes)
    sharpen_vector<V>(above + i, row + i, below + i, out + i, step, weights);
  // This vector overlaps the one before it, which is cheaper than finishing byte by byte.
  sharpen_vector<V>(above + last, row + last, below + last, out + last, step, weights);
  sharpen_bytes(above, row, below, out, bytes, step, amount, bytes - step, bytes);
}

}  // namespace
}  // namespace denoiseae
