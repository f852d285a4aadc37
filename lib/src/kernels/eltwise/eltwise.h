// SPDX-License-Identifier: LGPL-2.1-or-later
// What follows a convolution, where it does not do that itself: a sum, activations, and the way
// from groups of channels to a picture of twice the width.
#pragma once

#include <denoiseae/export.h>

#include <span>
#include <string_view>

#include "kernels/bfloat16.h"

namespace denoiseae {

/// Segments of length values that lie in_step values apart in the input and without gaps in the
/// output. Depth to space by 2 of C channels: the length is 2 C, the step 4 C.
struct Segments {
  int count = 1;
  int length = 0;
  int in_step = 0;
};

/// Factors of negative values: 1 changes nothing, 0 is relu.
struct Slopes {
  float before = 1;
  float after = 1;
};

/// out = after(before(in) + addend), value by value. addend: laid out like out; null = zeros. out
/// may be in (then in_step is length) or addend; no other overlap.
template <typename Value>
using EltwiseRow = void(const Segments& segments, const Value* in, const Value* addend, Value* out,
                        Slopes slopes);

EltwiseRow<float> eltwise_row_c;
EltwiseRow<Bfloat16> eltwise_row_c;
EltwiseRow<float> eltwise_row_avx2;
EltwiseRow<Bfloat16> eltwise_row_avx2;
EltwiseRow<float> eltwise_row_avx512;
EltwiseRow<Bfloat16> eltwise_row_avx512;

struct EltwiseVariant {
  std::string_view name;
  EltwiseRow<float>* row_float;
  EltwiseRow<Bfloat16>* row_bfloat16;
  bool available;  ///< on this CPU
};

/// Plain C++ first, then faster and faster.
DAE_API std::span<const EltwiseVariant> eltwise_variants() noexcept;
/// The fastest that is available.
const EltwiseVariant& eltwise_variant() noexcept;

}  // namespace denoiseae
