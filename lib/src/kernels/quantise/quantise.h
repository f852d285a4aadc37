// SPDX-License-Identifier: LGPL-2.1-or-later
// Quantisation to 8 bits, which int8 networks need between their convolutions.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/eltwise/eltwise.h"

namespace denoiseae {

/// Computes out = factor in, rounded to the nearest whole number, halves to the even one, and
/// clamped to 0 ... 255.
using QuantiseRow = void(const float* in, std::uint8_t* out, int count, float factor);

struct SumFactors {
  float in = 1;
  float addend = 1;
};

/// Computes out = factors.in in + factors.addend addend, rounded and clamped in this way, too.
/// addend has the layout of out and may be out. Nothing else may overlap.
using QuantiseSumRow = void(const Segments& segments, const float* in, const std::uint8_t* addend,
                            std::uint8_t* out, SumFactors factors);

QuantiseRow quantise_row_c;
QuantiseSumRow quantise_sum_row_c;
QuantiseRow quantise_row_avx2;
QuantiseSumRow quantise_sum_row_avx2;
QuantiseRow quantise_row_avx512;
QuantiseSumRow quantise_sum_row_avx512;

struct QuantiseVariant {
  std::string_view name;
  QuantiseRow* row;
  QuantiseSumRow* sum_row;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
DAE_API std::span<const QuantiseVariant> quantise_variants() noexcept;
/// Returns the fastest available variant.
const QuantiseVariant& quantise_variant() noexcept;

}  // namespace denoiseae
