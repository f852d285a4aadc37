// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/warp_between/warp_between_loops.h"

namespace denoiseae {

namespace {

struct Avx2WarpVectors {
  struct Vector {
    __m256 luma;    ///< channels 0 ... 3 and 7 ... 10
    __m256 others;  ///< channels 4 ... 6 in lanes 0 ... 2, and 11 and 12 in lanes 6 and 7
  };
  static_assert(kStateChannels == 13 && kStatePicture == 7);

  static Vector broadcast(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
  static Vector add(const Vector& a, const Vector& b) {
    return {_mm256_add_ps(a.luma, b.luma), _mm256_add_ps(a.others, b.others)};
  }
  static Vector subtract(const Vector& a, const Vector& b) {
    return {_mm256_sub_ps(a.luma, b.luma), _mm256_sub_ps(a.others, b.others)};
  }
  static Vector multiply(const Vector& a, const Vector& b) {
    return {_mm256_mul_ps(a.luma, b.luma), _mm256_mul_ps(a.others, b.others)};
  }
  static Vector load(const std::int16_t* from) {
    const auto eight = [from](int first, int second) {
      const auto four = [from](int at) {
        return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + at));
      };
      const __m128i samples = _mm_unpacklo_epi64(four(first), four(second));
      return _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(samples));
    };
    return {eight(0, kStatePicture), eight(4, 9)};
  }
  static void store(const Vector& vector, float* to) {
    const __m128 others = _mm256_extractf128_ps(vector.others, 1);
    _mm_storeu_ps(to, _mm256_castps256_ps128(vector.luma));
    // The fourth lane of these is written over.
    _mm_storeu_ps(to + 4, _mm256_castps256_ps128(vector.others));
    _mm_storeu_ps(to + kStatePicture, _mm256_extractf128_ps(vector.luma, 1));
    _mm_storeh_pi(reinterpret_cast<__m64*>(to + 11), others);
  }
  static Vector across(const Vector& a, const Vector& b) {
    return {_mm256_blend_ps(_mm256_movehdup_ps(a.luma), _mm256_moveldup_ps(b.luma), 0b10101010),
            a.others};
  }
  static Vector down(const Vector& a, const Vector& b) {
    return {_mm256_shuffle_ps(a.luma, b.luma, _MM_SHUFFLE(1, 0, 3, 2)), a.others};
  }
  static Vector join(const Vector& luma, const Vector& other) { return {luma.luma, other.others}; }
};

}  // namespace

void warp_between_avx2(const WarpSource& source, int width, int height, float* out,
                       std::ptrdiff_t row_values) {
  warp_between<Avx2WarpVectors>(source, width, height, out, row_values);
}

}  // namespace denoiseae
