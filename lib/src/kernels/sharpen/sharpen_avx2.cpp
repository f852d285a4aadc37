// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/sharpen/sharpen_vectors.h"
#include "kernels/sharpen/sharpen_words.h"

namespace denoiseae {
namespace {

struct Vector {
  using Register = __m256i;
  static constexpr int kBytes = 32;

  static Register load(const std::uint8_t* p) {
    Register x = _mm256_loadu_si256(reinterpret_cast<const Register*>(p));
    asm("" : "+x"(x));
    return x;
  }
  static void store(std::uint8_t* p, Register x) {
    _mm256_storeu_si256(reinterpret_cast<Register*>(p), x);
  }
  static Register all_16(short x) { return _mm256_set1_epi16(x); }
  static Register add(Register a, Register b) { return _mm256_add_epi16(a, b); }
  static Register zero() { return _mm256_setzero_si256(); }
  static Register times_64(Register x) { return _mm256_slli_epi16(x, 6); }
  static Register minus_16_times_pairs(Register x) {
    return _mm256_maddubs_epi16(x, _mm256_set1_epi8(-16));
  }
  static Register interleave_low(Register a, Register b) { return _mm256_unpacklo_epi8(a, b); }
  static Register interleave_high(Register a, Register b) { return _mm256_unpackhi_epi8(a, b); }
  static Register pack_16(Register low, Register high) { return _mm256_packus_epi16(low, high); }
  /// Returns (a b + 2^14) / 2^15.
  static Register rounded_product(Register a, Register b) { return _mm256_mulhrs_epi16(a, b); }
};

}  // namespace

void sharpen_row_avx2(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                      std::uint8_t* out, int bytes, int step, int amount) {
  sharpen_row_vectors<Vector>(above, row, below, out, bytes, step, amount);
}

void sharpen_word_row_avx2(const std::uint8_t* above, const std::uint8_t* row,
                           const std::uint8_t* below, std::uint8_t* out, int samples, int step,
                           int amount, const SampleWords& words) {
  sharpen_words(above, row, below, out, samples, step, amount, words);
}

}  // namespace denoiseae
