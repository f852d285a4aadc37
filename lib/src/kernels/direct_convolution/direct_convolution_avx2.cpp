// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

namespace {

/// Words of four codes. The sum of two products fits 16 bits if the weights keep to highest_pair.
struct DotOfCodes {
  using Sum = std::int32_t;
  static __m256i add(__m256i sum, __m256i word, __m256i weights) {
    const __m256i pairs = _mm256_maddubs_epi16(word, weights);
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
};

template <int kMaxLanes>
using CodeProducts = WordProducts<kMaxLanes, DotOfCodes>;

/// Words of two numbers of 16 bits.
struct DotOfFixed16 {
  using Sum = std::int32_t;
  static __m256i add(__m256i sum, __m256i word, __m256i weights) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(word, weights));
  }
};

template <int kMaxLanes>
using Fixed16Products = WordProducts<kMaxLanes, DotOfFixed16>;

}  // namespace

static_assert(HWY_TARGET == HWY_AVX2);

void direct_float32_avx2(const DirectShape& shape, const DirectConstants& constants,
                         const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                         void* scratch) {
  direct_rows<FloatProducts>(shape, SampleType::float32, constants, epilogue, rows, scratch);
}

void direct_codes_avx2(const DirectShape& shape, const DirectConstants& constants,
                       const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                       void* scratch) {
  direct_rows<CodeProducts>(shape, SampleType::code, constants, epilogue, rows, scratch);
}

void direct_fixed16_avx2(const DirectShape& shape, const DirectConstants& constants,
                         const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                         void* scratch) {
  direct_rows<Fixed16Products>(shape, SampleType::fixed16, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
