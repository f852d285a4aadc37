// SPDX-License-Identifier: LGPL-2.1-or-later
// The luma of packed planes (layout/packed_layout.h) as 8-bit codes.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace denoiseae {

/// Writes two rows of codes: the four luma samples of each block, value + 0.5 in parts of 255,
/// rounded half up and clamped, NaN to 0. channels: values from one block to the next, at least 4.
using LumaCodes = void(const float* values, int channels, int blocks, std::uint8_t* top,
                       std::uint8_t* bottom);

LumaCodes luma_codes_c, luma_codes_avx2;

struct LumaCodesVariant {
  std::string_view name;
  LumaCodes* luma_codes;
  bool available;  ///< on this CPU
};

/// Plain C++ first, then faster; all compute the same to the bit.
DAE_API std::span<const LumaCodesVariant> luma_codes_variants() noexcept;
/// The fastest that is available.
LumaCodes* best_luma_codes() noexcept;

}  // namespace denoiseae
