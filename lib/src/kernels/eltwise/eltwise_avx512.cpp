// SPDX-License-Identifier: LGPL-2.1-or-later
// These loops are written by hand. GCC 12 takes a third more time for the plain loops, whose
// segments are short.
#include <immintrin.h>

#include "kernels/eltwise/eltwise.h"

namespace denoiseae {

namespace {

constexpr int kLanes = 16;

/// Which of the lanes to load and store. Storing all of them without a mask is several times as
/// fast on AMD's CPUs.
struct AllLanes {};
struct FirstLanes {
  __mmask16 mask;
  explicit FirstLanes(int count) : mask(static_cast<__mmask16>((1u << count) - 1)) {}
};

__m512 to_floats(__m256i bits) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}
/// Rounds as assign in kernels/bfloat16.h does.
__m256i to_bfloat16(__m512 values) {
  const __m512i bits = _mm512_castps_si512(values);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
  return _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16));
}

__m512 load(const float* from, AllLanes) { return _mm512_loadu_ps(from); }
__m512 load(const float* from, FirstLanes lanes) { return _mm512_maskz_loadu_ps(lanes.mask, from); }
__m512 load(const Bfloat16* from, AllLanes) {
  return to_floats(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}
__m512 load(const Bfloat16* from, FirstLanes lanes) {
  return to_floats(_mm256_maskz_loadu_epi16(lanes.mask, from));
}

void store(float* to, AllLanes, __m512 values) { _mm512_storeu_ps(to, values); }
void store(float* to, FirstLanes lanes, __m512 values) {
  _mm512_mask_storeu_ps(to, lanes.mask, values);
}
void store(Bfloat16* to, AllLanes, __m512 values) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), to_bfloat16(values));
}
void store(Bfloat16* to, FirstLanes lanes, __m512 values) {
  _mm256_mask_storeu_epi16(to, lanes.mask, to_bfloat16(values));
}

__m512 leaky_relu(__m512 values, __m512 slope) {
  const __mmask16 positive = _mm512_cmp_ps_mask(values, _mm512_setzero_ps(), _CMP_GT_OQ);
  return _mm512_mask_mov_ps(_mm512_mul_ps(values, slope), positive, values);
}

template <typename Value>
void eltwise_vectors(const Segments& segments, const Value* in, const Value* addend, Value* out,
                     Slopes slopes) {
  const __m512 before = _mm512_set1_ps(slopes.before), after = _mm512_set1_ps(slopes.after);
  const int length = segments.length;
  for (int s = 0; s < segments.count; ++s, in += segments.in_step, out += length) {
    const auto apply = [&](int i, auto lanes) {
      __m512 values = leaky_relu(load(in + i, lanes), before);
      if (addend != nullptr) values = _mm512_add_ps(values, load(addend + i, lanes));
      store(out + i, lanes, leaky_relu(values, after));
    };
    int i = 0;
    for (; i + kLanes <= length; i += kLanes) apply(i, AllLanes{});
    if (i < length) apply(i, FirstLanes(length - i));
    if (addend != nullptr) addend += length;
  }
}

}  // namespace

void eltwise_row_avx512(const Segments& segments, const float* in, const float* addend, float* out,
                        Slopes slopes) {
  eltwise_vectors(segments, in, addend, out, slopes);
}

void eltwise_row_avx512(const Segments& segments, const Bfloat16* in, const Bfloat16* addend,
                        Bfloat16* out, Slopes slopes) {
  eltwise_vectors(segments, in, addend, out, slopes);
}

}  // namespace denoiseae
