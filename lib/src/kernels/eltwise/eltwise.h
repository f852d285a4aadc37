// SPDX-License-Identifier: LGPL-2.1-or-later
// Element-wise operations after a convolution that does not apply them itself: a sum and
// activations.
#pragma once

#include <span>
#include <string_view>

#include "kernels/bfloat16.h"

namespace denoiseae {

/// Slopes of leaky ReLU: the factors of negative values. 1 changes nothing, 0 is ReLU.
struct Slopes {
  float before = 1;
  float after = 1;
};

/// Computes out = after(before(in) + addend) for count values. A null addend stands for zeros. out
/// may be in or addend. Nothing else may overlap.
template <typename Value>
using EltwiseRow = void(int count, const Value* in, const Value* addend, Value* out, Slopes slopes);

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
std::span<const EltwiseVariant> eltwise_variants() noexcept;
/// Returns the fastest available variant.
const EltwiseVariant& eltwise_variant() noexcept;

}  // namespace denoiseae
