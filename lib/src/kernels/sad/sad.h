// SPDX-License-Identifier: LGPL-2.1-or-later
// Sums of absolute differences (SAD) of blocks of 8-bit samples, for block matching. Strides are in
// bytes. No address needs an alignment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace denoiseae {

/// Returns the sum over 16x16 samples.
using Sad16x16 = int(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                     std::ptrdiff_t b_stride);
/// Computes nine sums over 16x16 samples, for b displaced by -1, 0 and 1 along both axes, row by
/// row. sums[4] belongs to b itself.
using Sad16x16Around = void(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                            std::ptrdiff_t b_stride, int* sums);
/// Computes sixteen sums over 8x8 samples, for b displaced by 0 ... 15 to the right. Reads 24
/// samples of each row of b.
using Sad8x8Along = void(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                         std::ptrdiff_t b_stride, std::uint16_t* sums);

Sad16x16 sad_16x16_c, sad_16x16_avx2, sad_16x16_avx512;
Sad16x16Around sad_16x16_around_c, sad_16x16_around_avx2, sad_16x16_around_avx512;
Sad8x8Along sad_8x8_along_c, sad_8x8_along_avx2, sad_8x8_along_avx512;

struct SadVariant {
  std::string_view name;
  Sad16x16* sad_16x16;
  Sad16x16Around* sad_16x16_around;
  Sad8x8Along* sad_8x8_along;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one.
std::span<const SadVariant> sad_variants() noexcept;
/// Returns the fastest available variant.
const SadVariant& best_sad() noexcept;

}  // namespace denoiseae
