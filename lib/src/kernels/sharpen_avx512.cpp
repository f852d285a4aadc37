// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/sharpen_vectors.h"

namespace denoiseae {
namespace {

struct Vector {
  using Register = __m512i;
  static constexpr int kBytes = 64;

  static Register load(const std::uint8_t* p) {
    return _mm512_loadu_si512(reinterpret_cast<const Register*>(p));
  }
  static void store(std::uint8_t* p, Register x) {
    _mm512_storeu_si512(reinterpret_cast<Register*>(p), x);
  }
  static Register all_32(int x) { return _mm512_set1_epi32(x); }
  static Register add(Register a, Register b) { return _mm512_add_epi16(a, b); }
  static Register subtract(Register a, Register b) { return _mm512_sub_epi16(a, b); }
  static Register times_4(Register x) { return _mm512_slli_epi16(x, 2); }
  static Register widen_low(Register x) { return _mm512_unpacklo_epi8(x, _mm512_setzero_si512()); }
  static Register widen_high(Register x) { return _mm512_unpackhi_epi8(x, _mm512_setzero_si512()); }
  static Register low_16(Register a, Register b) { return _mm512_unpacklo_epi16(a, b); }
  static Register high_16(Register a, Register b) { return _mm512_unpackhi_epi16(a, b); }
  static Register pack_32(Register low, Register high) { return _mm512_packs_epi32(low, high); }
  static Register pack_16(Register low, Register high) { return _mm512_packus_epi16(low, high); }
  // Rounded, in units of 1/256.
  static Register weigh(Register pairs, Register weights) {
    return _mm512_srai_epi32(_mm512_add_epi32(_mm512_madd_epi16(pairs, weights), all_32(128)), 8);
  }
};

}  // namespace

void sharpen_row_avx512(const std::uint8_t* above, const std::uint8_t* row,
                        const std::uint8_t* below, std::uint8_t* out, int bytes, int step,
                        int amount) {
  sharpen_row_vectors<Vector>(above, row, below, out, bytes, step, amount);
}

}  // namespace denoiseae
