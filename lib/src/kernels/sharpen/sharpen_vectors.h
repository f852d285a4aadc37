// SPDX-License-Identifier: LGPL-2.1-or-later
// One row of the 3x3 sharpening in vectors of any width, for the files of each instruction set.
#pragma once

#include "kernels/sharpen/sharpen.h"
#include "kernels/sharpen/sharpen_bytes.h"

namespace denoiseae {
// Unnamed, so that each source file has its own: the linker would keep one of them, compiled for
// whichever instruction set.
namespace {

// amount in units of 1/256 times detail, rounded: the 16 bits that the processor's rounding product
// of 16 detail and 8 amount keeps are those of (amount detail + 128) / 256, and no factor overflows
// (|detail| <= 1020, amount <= 1024). vertical, horizontal: samples on both sides, in turns.
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
  // V::load keeps compilers from loading twice what is used twice: vectors that cross cache lines,
  // and lie as far in their page as what was just stored, make that slow.
  const auto c = V::load(row), a = V::load(above), b = V::load(below), none = V::zero();
  const auto l = V::load(row - step), r = V::load(row + step);
  // Interleaving and packing both work within parts of a register, so the order is kept.
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
  const int last = bytes - step - V::kBytes;  // the last position where a vector and its right fit
  if (last < step) {
    sharpen_bytes(above, row, below, out, bytes, step, amount, 0, bytes);
    return;
  }
  const auto weights = V::all_16(static_cast<short>(8 * amount));
  sharpen_bytes(above, row, below, out, bytes, step, amount, 0, step);
  for (int i = step; i < last; i += V::kBytes)
    sharpen_vector<V>(above + i, row + i, below + i, out + i, step, weights);
  // Overlaps the vector before it, which is cheaper than finishing byte by byte.
  sharpen_vector<V>(above + last, row + last, below + last, out + last, step, weights);
  sharpen_bytes(above, row, below, out, bytes, step, amount, bytes - step, bytes);
}

}  // namespace
}  // namespace denoiseae
