// SPDX-License-Identifier: LGPL-2.1-or-later
// One row of the 3x3 sharpening.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/sample_words.h"

namespace denoiseae {

/// Writes bytes of out. For each byte with the value c and the neighbours n above, s below, w and e
/// step bytes to the left and right:
///   out = clamp((256 c + amount (4c - n - s - w - e) + 128) >> 8, 0, 255).
/// A neighbour that is missing at the ends of the row is c. step: bytes from one pixel to the next,
/// so that each component of interleaved pixels meets its own neighbours. bytes: at least step.
/// amount: 0 ... 1024, in units of 1/256. out overlaps none of the inputs.
using SharpenRow = void(const std::uint8_t* above, const std::uint8_t* row,
                        const std::uint8_t* below, std::uint8_t* out, int bytes, int step,
                        int amount);

SharpenRow sharpen_row_c;
SharpenRow sharpen_row_avx2;
SharpenRow sharpen_row_avx512;

/// The same for rows of words at any address. samples, step: in words.
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
  bool available;  ///< on this CPU
};

/// Plain C++ first, then faster and faster.
DAE_API std::span<const SharpenVariant> sharpen_variants() noexcept;
/// The fastest that is available.
const SharpenVariant& best_sharpen() noexcept;

}  // namespace denoiseae
