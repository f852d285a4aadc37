// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

static_assert(HWY_TARGET == HWY_AVX3);

namespace {

/// Words of four codes.
struct DotOfCodes {
  using Sum = std::int32_t;
  static __m512i add(__m512i sum, __m512i word, __m512i weights) {
    return _mm512_dpbusd_epi32(sum, word, weights);
  }
  static __m256i add(__m256i sum, __m256i word, __m256i weights) {
    return _mm256_dpbusd_epi32(sum, word, weights);
  }
};

template <int kMaxLanes>
using CodeProducts = WordProducts<kMaxLanes, DotOfCodes>;

/// Words of two numbers of 16 bits.
struct DotOfFixed16 {
  using Sum = std::int32_t;
  static __m512i add(__m512i sum, __m512i word, __m512i weights) {
    return _mm512_dpwssd_epi32(sum, word, weights);
  }
  static __m256i add(__m256i sum, __m256i word, __m256i weights) {
    return _mm256_dpwssd_epi32(sum, word, weights);
  }
};

template <int kMaxLanes>
using Fixed16Products = WordProducts<kMaxLanes, DotOfFixed16>;

}  // namespace

void direct_codes_avx512vnni(const DirectShape& shape, const DirectConstants& constants,
                             const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                             void* scratch) {
  direct_rows<CodeProducts>(shape, SampleType::code, constants, epilogue, rows, scratch);
}

void direct_fixed16_avx512vnni(const DirectShape& shape, const DirectConstants& constants,
                               const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                               void* scratch) {
  direct_rows<Fixed16Products>(shape, SampleType::fixed16, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
