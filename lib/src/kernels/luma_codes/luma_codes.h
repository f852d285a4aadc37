// SPDX-License-Identifier: LGPL-2.1-or-later
// Converts the luma of packed tensors (layout/packed_layout.h) to 8-bit codes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace denoiseae {

/// Writes two rows of codes, which hold the four luma samples of each block. A code is
/// 255 (value + 0.5), rounded half up and clamped; NaN becomes 0. channels: number of values from
/// one block to the next, at least 4.
using LumaCodes = void(const float* values, int channels, int blocks, std::uint8_t* top,
                       std::uint8_t* bottom);

LumaCodes luma_codes_c, luma_codes_avx2;

struct LumaCodesVariant {
  std::string_view name;
  LumaCodes* luma_codes;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
std::span<const LumaCodesVariant> luma_codes_variants() noexcept;
/// Returns the fastest available variant.
LumaCodes* best_luma_codes() noexcept;

}  // namespace denoiseae
