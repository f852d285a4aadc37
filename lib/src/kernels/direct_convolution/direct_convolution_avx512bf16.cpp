// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

namespace {

/// Dot products of words of two inputs in bfloat16.
template <int kMaxLanes>
struct Bfloat16Products;

template <>
struct Bfloat16Products<16> {
  using Lanes = hn::CappedTag<float, 16>;
  using Sum = __m512;
  using Weights = __m512bh;
  static constexpr int kTogether = 1;

  static Sum zero() { return _mm512_setzero_ps(); }
  static Weights load(const char* from) {
    return reinterpret_cast<Weights>(_mm512_loadu_si512(from));
  }
  static __m512bh word(const char* from) {
    return reinterpret_cast<__m512bh>(_mm512_set1_epi32(word_at(from)));
  }
  static Sum add(Sum sum, __m512bh word, Weights weights) {
    return _mm512_dpbf16_ps(sum, word, weights);
  }
  static hn::Vec<Lanes> to_float(Sum sum) { return {sum}; }
};

template <>
struct Bfloat16Products<8> {
  using Lanes = hn::CappedTag<float, 8>;
  using Sum = __m256;
  using Weights = __m256bh;
  static constexpr int kTogether = 1;

  static Sum zero() { return _mm256_setzero_ps(); }
  static Weights load(const char* from) {
    return reinterpret_cast<Weights>(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  static __m256bh word(const char* from) {
    return reinterpret_cast<__m256bh>(_mm256_set1_epi32(word_at(from)));
  }
  static Sum add(Sum sum, __m256bh word, Weights weights) {
    return _mm256_dpbf16_ps(sum, word, weights);
  }
  static hn::Vec<Lanes> to_float(Sum sum) { return {sum}; }
};

}  // namespace

void direct_bfloat16_avx512bf16(const DirectShape& shape, const DirectConstants& constants,
                                const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                                void* scratch) {
  direct_rows<Bfloat16Products>(shape, SampleType::bfloat16, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
