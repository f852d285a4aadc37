// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/warp_between/warp_between_loops.h"

namespace denoiseae {

namespace {

/// Two vectors hold a position: channels 0 ... 7, and channels 5 ... 12 with the luma of the last
/// picture in lanes 2 ... 5.
struct Avx2WarpVectors {
  static constexpr int kSecond = kStateChannels - 8;
  static_assert(kSecond + 2 == kStatePicture);
  struct Vector {
    __m256 first;
    __m256 second;
  };

  static Vector broadcast(float value) { return {_mm256_set1_ps(value), _mm256_set1_ps(value)}; }
  static Vector add(const Vector& a, const Vector& b) {
    return {_mm256_add_ps(a.first, b.first), _mm256_add_ps(a.second, b.second)};
  }
  static Vector subtract(const Vector& a, const Vector& b) {
    return {_mm256_sub_ps(a.first, b.first), _mm256_sub_ps(a.second, b.second)};
  }
  static Vector multiply(const Vector& a, const Vector& b) {
    return {_mm256_mul_ps(a.first, b.first), _mm256_mul_ps(a.second, b.second)};
  }
  static Vector load(const std::int16_t* from) {
    const auto eight = [from](int at) {
      const __m128i samples = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at));
      return _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(samples));
    };
    return {eight(0), eight(kSecond)};
  }
  static void store(const Vector& vector, float* to) {
    // Lane 7 of the first vector lacks the channels beside it, and is written again.
    _mm256_storeu_ps(to, vector.first);
    _mm256_storeu_ps(to + kSecond, vector.second);
  }
  static void store_with_more(const Vector& vector, float* to) { store(vector, to); }
  static Vector across(const Vector& a, const Vector& b) {
    const auto pairs = [](__m256 left, __m256 right) {
      return _mm256_blend_ps(_mm256_movehdup_ps(left), _mm256_moveldup_ps(right), 0b10101010);
    };
    return {pairs(a.first, b.first), pairs(a.second, b.second)};
  }
  static Vector down(const Vector& a, const Vector& b) {
    const __m256d upper = _mm256_castps_pd(a.second), lower = _mm256_castps_pd(b.second);
    const __m256d pairs = _mm256_blend_pd(_mm256_permute4x64_pd(upper, 0b00001000),
                                          _mm256_permute4x64_pd(lower, 0b00010000), 0b0100);
    return {_mm256_shuffle_ps(a.first, b.first, _MM_SHUFFLE(1, 0, 3, 2)), _mm256_castpd_ps(pairs)};
  }
  static Vector join(const Vector& luma, const Vector& other) {
    return {_mm256_blend_ps(other.first, luma.first, 0b00001111),
            _mm256_blend_ps(other.second, luma.second, 0b00111100)};
  }
};

}  // namespace

void warp_between_avx2(const WarpSource& source, int width, int height, float* out,
                       std::ptrdiff_t row_values) {
  warp_between<Avx2WarpVectors>(source, width, height, out, row_values);
}

}  // namespace denoiseae
