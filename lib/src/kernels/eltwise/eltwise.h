// SPDX-License-Identifier: LGPL-2.1-or-later
// Element-wise operations after a convolution that does not apply them itself: a sum, activations
// and the depth to space of a row.
#pragma once

#include <denoiseae/export.h>

#include <span>
#include <string_view>

#include "kernels/bfloat16.h"

namespace denoiseae {

/// Segments of length values. They lie in_step values apart in the input and without gaps in the
/// output. For depth to space by 2 to C channels the length is 2 C and the step 4 C.
struct Segments {
  int count = 1;
  int length = 0;
  int in_step = 0;
};

/// Slopes of leaky ReLU: the factors of negative values. 1 changes nothing, 0 is ReLU.
struct Slopes {
  float before = 1;
  float after = 1;
};

/// Computes out = after(before(in) + addend), value by value. addend has the layout of out; null
/// stands for zeros. out may be in, if in_step is length, or addend. Nothing else may overlap.
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
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one.
DAE_API std::span<const EltwiseVariant> eltwise_variants() noexcept;
/// Returns the fastest available variant.
const EltwiseVariant& eltwise_variant() noexcept;

}  // namespace denoiseae
