// SPDX-License-Identifier: LGPL-2.1-or-later
// Into 8 bits: what int8 networks need beside their convolutions.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/combine.h"

namespace denoiseae {

/// out = factor in, to the nearest whole number, halves to the even one, and from 0 to 255.
using RoundRow = void(const float* in, std::uint8_t* out, int count, float factor);

struct SumFactors {
  float in = 1;
  float addend = 1;
};

/// out = factors.in in + factors.addend addend, rounded in the same way. addend: laid out like out,
/// may be out; no other overlap.
using RoundSumRow = void(const Segments& segments, const float* in, const std::uint8_t* addend,
                         std::uint8_t* out, SumFactors factors);

RoundRow round_row_c;
RoundSumRow round_sum_row_c;
RoundRow round_row_avx2;
RoundSumRow round_sum_row_avx2;
RoundRow round_row_avx512;
RoundSumRow round_sum_row_avx512;

struct RoundVariant {
  std::string_view name;
  RoundRow* row;
  RoundSumRow* sum_row;
  bool available;  ///< on this CPU
};

/// Plain C++ first, then faster and faster; all give the same bits.
DAE_API std::span<const RoundVariant> round_variants() noexcept;
/// The fastest that is available.
const RoundVariant& round_variant() noexcept;

}  // namespace denoiseae
