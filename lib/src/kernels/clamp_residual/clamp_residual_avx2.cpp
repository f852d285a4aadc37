// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/clamp_residual/clamp_residual.h"
#include "layout/packed_layout.h"

namespace denoiseae {

void clamp_residual_avx2(const ResidualLimits& limits, const float* input, float* residual,
                         int blocks) {
  static_assert(kChromaNoiseChannel == kLumaNoiseChannel + 1);
  const __m128 factor = _mm_set1_ps(limits.factor);
  const __m128 steep_factor = _mm_set1_ps(limits.steep_factor);
  const __m128 offset = _mm_set1_ps(limits.offset);
  const __m128 sign = _mm_set1_ps(-0.0f);
  const __m128 floor =
      _mm_setr_ps(limits.luma_floor, limits.chroma_floor, limits.luma_floor, limits.chroma_floor);
  const auto limited = [&](__m128 values, __m128 share, __m128 limit) {
    // With the operands in this order, a value that is not a number stays so.
    return _mm_min_ps(limit, _mm_max_ps(_mm_xor_ps(limit, sign), _mm_mul_ps(values, share)));
  };
  // Luma and chroma are loaded and stored separately. A load that reached over both would wait for
  // the two stores before it.
  const auto limit_block = [&](float* block, __m128 luma_share, __m128 luma_limit,
                               __m128 chroma_share, __m128 chroma_limit) {
    _mm_storeu_ps(block, limited(_mm_loadu_ps(block), luma_share, luma_limit));
    auto* chroma = reinterpret_cast<__m128i*>(block + 4);
    const __m128 values = _mm_castsi128_ps(_mm_loadl_epi64(chroma));
    _mm_storel_epi64(chroma, _mm_castps_si128(limited(values, chroma_share, chroma_limit)));
  };
  const auto levels_of = [](const float* block) {
    return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(block + kLumaNoiseChannel));
  };
  // This takes the luma and chroma levels of two blocks at a time, because four divisions take as
  // long as one.
  for (int x = 0; x < blocks; x += 2, input += 2 * kPackedInputChannels) {
    const bool both = x + 1 < blocks;
    const __m128 level = _mm_castsi128_ps(_mm_unpacklo_epi64(
        levels_of(input), levels_of(both ? input + kPackedInputChannels : input)));
    const __m128 square = _mm_mul_ps(level, level);
    const __m128 share = _mm_div_ps(square, _mm_add_ps(square, floor));
    const __m128 limit =
        _mm_max_ps(_mm_mul_ps(factor, level), _mm_add_ps(_mm_mul_ps(steep_factor, level), offset));
    limit_block(residual, _mm_shuffle_ps(share, share, 0x00), _mm_shuffle_ps(limit, limit, 0x00),
                _mm_shuffle_ps(share, share, 0x55), _mm_shuffle_ps(limit, limit, 0x55));
    residual += kPackedChannels;
    if (!both) break;
    limit_block(residual, _mm_shuffle_ps(share, share, 0xaa), _mm_shuffle_ps(limit, limit, 0xaa),
                _mm_shuffle_ps(share, share, 0xff), _mm_shuffle_ps(limit, limit, 0xff));
    residual += kPackedChannels;
  }
}

}  // namespace denoiseae
