// SPDX-License-Identifier: LGPL-2.1-or-later
// Sharpens one row with a 3x3 kernel.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/sample_words.h"

namespace denoiseae {

/// Sharpens a row of 8-bit samples. For each byte with the value c and the neighbours n above, s
/// below, and w and e step bytes to the left and right, it computes
///   out = clamp((256 c + amount (4c - n - s - w - e) + 128) >> 8, 0, 255).
/// At the ends of the row, c stands for a missing neighbour. bytes: length of the row, at least
/// step. step: bytes from one pixel to the next, so that each component of interleaved pixels meets
/// its own neighbours. amount: 0 ... 1024, in units of 1/256. out overlaps none of the inputs.
using SharpenRow = void(const std::uint8_t* above, const std::uint8_t* row,
                        const std::uint8_t* below, std::uint8_t* out, int bytes, int step,
                        int amount);

SharpenRow sharpen_row_c;
SharpenRow sharpen_row_avx2;
SharpenRow sharpen_row_avx512;

/// Sharpens a row of words at any address in this way, too. samples, step: in words.
using SharpenWordRow = void(const std::uint8_t* above, const std::uint8_t* row,
                            const std::uint8_t* below, std::uint8_t* out, int samples, int step,
                            int amount, const SampleWords& words);

SharpenWordRow sharpen_word_row_c;
SharpenWordRow sharpen_word_row_avx2;
SharpenWordRow sharpen_word_row_avx512;

struct SharpenVariant {
  std::string_view name;
  SharpenRow* row;
  SharpenWordRow* word_row;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one.
std::span<const SharpenVariant> sharpen_variants() noexcept;
/// Returns the fastest available variant.
const SharpenVariant& best_sharpen() noexcept;

}  // namespace denoiseae
