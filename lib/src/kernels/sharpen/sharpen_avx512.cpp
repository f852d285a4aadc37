// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/sharpen/sharpen_vectors.h"
#include "kernels/sharpen/sharpen_words.h"

namespace denoiseae {
namespace {

struct Vector {
  using Register = __m512i;
  static constexpr int kBytes = 64;

  static Register load(const std::uint8_t* p) {
    Register x = _mm512_loadu_si512(reinterpret_cast<const Register*>(p));
    asm("" : "+v"(x));
    return x;
  }
  static void store(std::uint8_t* p, Register x) {
    _mm512_storeu_si512(reinterpret_cast<Register*>(p), x);
  }
  static Register all_16(short x) { return _mm512_set1_epi16(x); }
  static Register add(Register a, Register b) { return _mm512_add_epi16(a, b); }
  static Register zero() { return _mm512_setzero_si512(); }
  static Register times_64(Register x) { return _mm512_slli_epi16(x, 6); }
  static Register minus_16_times_pairs(Register x) {
    return _mm512_maddubs_epi16(x, _mm512_set1_epi8(-16));
  }
  static Register interleave_low(Register a, Register b) { return _mm512_unpacklo_epi8(a, b); }
  static Register interleave_high(Register a, Register b) { return _mm512_unpackhi_epi8(a, b); }
  static Register pack_16(Register low, Register high) { return _mm512_packus_epi16(low, high); }
  /// Returns (a b + 2^14) / 2^15.
  static Register rounded_product(Register a, Register b) { return _mm512_mulhrs_epi16(a, b); }
};

}  // namespace

void sharpen_row_avx512(const std::uint8_t* above, const std::uint8_t* row,
                        const std::uint8_t* below, std::uint8_t* out, int bytes, int step,
                        int amount) {
  sharpen_row_vectors<Vector>(above, row, below, out, bytes, step, amount);
}

void sharpen_word_row_avx512(const std::uint8_t* above, const std::uint8_t* row,
                             const std::uint8_t* below, std::uint8_t* out, int samples, int step,
                             int amount, const SampleWords& words) {
  sharpen_words(above, row, below, out, samples, step, amount, words);
}

}  // namespace denoiseae
