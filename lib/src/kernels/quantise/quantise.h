// SPDX-License-Identifier: LGPL-2.1-or-later
// Into 8 bits: what int8 networks need beside their convolutions.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/eltwise/eltwise.h"

namespace denoiseae {

/// out = factor in, to the nearest whole number, halves to the even one, and from 0 to 255.
using QuantiseRow = void(const float* in, std::uint8_t* out, int count, float factor);

struct SumFactors {
  float in = 1;
  float addend = 1;
};

/// out = factors.in in + factors.addend addend, rounded in the same way. addend: laid out like out,
/// may be out; no other overlap.
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
  bool available;  ///< on this CPU
};

/// Plain C++ first, then faster and faster; all give the same bits.
DAE_API std::span<const QuantiseVariant> quantise_variants() noexcept;
/// The fastest that is available.
const QuantiseVariant& quantise_variant() noexcept;

}  // namespace denoiseae
