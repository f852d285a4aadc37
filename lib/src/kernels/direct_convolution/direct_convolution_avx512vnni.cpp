// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

namespace {

/// Dot products of words of four codes.
template <int kMaxLanes>
struct CodeProducts;

template <>
struct CodeProducts<16> {
  using Lanes = hn::CappedTag<float, 16>;
  using Sum = __m512i;
  using Weights = __m512i;
  static constexpr int kTogether = 1;

  static Sum zero() { return _mm512_setzero_si512(); }
  static Weights load(const char* from) { return _mm512_loadu_si512(from); }
  static __m512i word(const char* from) { return _mm512_set1_epi32(word_at(from)); }
  static Sum add(Sum sum, __m512i word, Weights weights) {
    return _mm512_dpbusd_epi32(sum, word, weights);
  }
  static hn::Vec<Lanes> to_float(Sum sum) { return {_mm512_cvtepi32_ps(sum)}; }
};

template <>
struct CodeProducts<8> {
  using Lanes = hn::CappedTag<float, 8>;
  using Sum = __m256i;
  using Weights = __m256i;
  static constexpr int kTogether = 1;

  static Sum zero() { return _mm256_setzero_si256(); }
  static Weights load(const char* from) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  static __m256i word(const char* from) { return _mm256_set1_epi32(word_at(from)); }
  static Sum add(Sum sum, __m256i word, Weights weights) {
    return _mm256_dpbusd_epi32(sum, word, weights);
  }
  static hn::Vec<Lanes> to_float(Sum sum) { return {_mm256_cvtepi32_ps(sum)}; }
};

}  // namespace

void direct_codes_avx512vnni(const DirectShape& shape, const DirectConstants& constants,
                             const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                             void* scratch) {
  direct_rows<CodeProducts>(shape, SampleType::code, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
