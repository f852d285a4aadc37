// SPDX-License-Identifier: LGPL-2.1-or-later
// One row of the 3x3 sharpening in vectors of any width, for the files of each instruction set.
#pragma once

#include "kernels/sharpen.h"

namespace denoiseae {
// Unnamed, so that each source file has its own: the linker would keep one of them, compiled for
// whichever instruction set.
namespace {

// Center and detail are interleaved so that one multiply-add forms the exact 32-bit sum
// 256 center + amount detail; 16-bit products would overflow from amount 1/8 on. All samples are
// widened to 16 bits.
template <typename V>
inline typename V::Register sharpen_wide(typename V::Register center, typename V::Register above,
                                         typename V::Register below, typename V::Register left,
                                         typename V::Register right, typename V::Register weights) {
  const auto around = V::add(V::add(above, below), V::add(left, right));
  const auto detail = V::subtract(V::times_4(center), around);
  return V::pack_32(V::weigh(V::low_16(center, detail), weights),
                    V::weigh(V::high_16(center, detail), weights));
}

template <typename V>
inline void sharpen_vector(const std::uint8_t* above, const std::uint8_t* row,
                           const std::uint8_t* below, std::uint8_t* out, int step,
                           typename V::Register weights) {
  const auto c = V::load(row), a = V::load(above), b = V::load(below);
  const auto l = V::load(row - step), r = V::load(row + step);
  // Widening and packing both work within parts of a register, so the order is kept.
  const auto low = sharpen_wide<V>(V::widen_low(c), V::widen_low(a), V::widen_low(b),
                                   V::widen_low(l), V::widen_low(r), weights);
  const auto high = sharpen_wide<V>(V::widen_high(c), V::widen_high(a), V::widen_high(b),
                                    V::widen_high(l), V::widen_high(r), weights);
  V::store(out, V::pack_16(low, high));
}

template <typename V>
void sharpen_row_vectors(const std::uint8_t* above, const std::uint8_t* row,
                         const std::uint8_t* below, std::uint8_t* out, int bytes, int step,
                         int amount) {
  const int last = bytes - step - V::kBytes;  // the last position where a vector and its right fit
  if (last < step) {
    sharpen_bytes_c(above, row, below, out, bytes, step, amount, 0, bytes);
    return;
  }
  const auto weights = V::all_32(amount << 16 | 256);
  sharpen_bytes_c(above, row, below, out, bytes, step, amount, 0, step);
  for (int i = step; i < last; i += V::kBytes)
    sharpen_vector<V>(above + i, row + i, below + i, out + i, step, weights);
  // Overlaps the vector before it, which is cheaper than finishing byte by byte.
  sharpen_vector<V>(above + last, row + last, below + last, out + last, step, weights);
  sharpen_bytes_c(above, row, below, out, bytes, step, amount, bytes - step, bytes);
}

}  // namespace
}  // namespace denoiseae
