// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

static_assert(HWY_TARGET == HWY_AVX2);

namespace {

/// Dot products of words of four codes, for eight lanes whatever the block.
template <int kMaxLanes>
struct CodeProducts {
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
    return _mm256_dpbusd_avx_epi32(sum, word, weights);
  }
  static hn::Vec<Lanes> to_float(Sum sum) {
    return hn::ConvertTo(Lanes(), hn::Vec<hn::RebindToSigned<Lanes>>{sum});
  }
};

}  // namespace

void direct_codes_avxvnni(const DirectShape& shape, const DirectConstants& constants,
                          const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                          void* scratch) {
  direct_rows<CodeProducts>(shape, SampleType::code, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
