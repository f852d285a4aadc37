// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

static_assert(HWY_TARGET == HWY_AVX3);

namespace {

/// Words of two inputs in bfloat16.
struct DotOfBfloat16 {
  using Sum = float;
  static __m512 add(__m512 sum, __m512i word, __m512i weights) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(word),
                            reinterpret_cast<__m512bh>(weights));
  }
  static __m256 add(__m256 sum, __m256i word, __m256i weights) {
    return _mm256_dpbf16_ps(sum, reinterpret_cast<__m256bh>(word),
                            reinterpret_cast<__m256bh>(weights));
  }
};

template <int kMaxLanes>
using Bfloat16Products = WordProducts<kMaxLanes, DotOfBfloat16>;

}  // namespace

void direct_bfloat16_avx512bf16(const DirectShape& shape, const DirectConstants& constants,
                                const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                                void* scratch) {
  direct_rows<Bfloat16Products>(shape, SampleType::bfloat16, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
