// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include <array>

#include "kernels/small_channel_convolution/small_channel_convolution.h"

namespace denoiseae {

namespace {

/// Reads one position of the input, whose channels are the lanes of mask. Positions beyond the
/// edges are zero.
struct Reader {
  int inputs;
  int width;
  __mmask16 mask;

  __m512 at(const float* row, int x) const { return _mm512_maskz_loadu_ps(mask, row + x * inputs); }
  __m512 at_edge(const float* row, int x) const {
    return x < 0 || x >= width ? _mm512_setzero_ps() : at(row, x);
  }
};

/// Adds the second 8 lanes of a, and of b, to their first 8. The sums of a are in front.
__m512 halves(__m512 a, __m512 b) {
  return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
}

/// In each 4 lanes, adds lanes 2 and 3 to lanes 0 and 1. The sums of a are in lanes 0 and 2, those
/// of b in 1 and 3.
__m512 pairs(__m512 a, __m512 b) {
  return _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
}

/// In each 4 lanes, adds the pairs of sums that are left of a and b, and then those of c and d.
__m512 fours(__m512 ab, __m512 cd) {
  return _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xee));
}

/// Returns the sums over the lanes of each vector: those of the vectors of a in lanes 0 to 7, those
/// of b in lanes 8 to 15. It is inline, so that the vectors stay in registers.
template <std::size_t kOutputs>
[[gnu::always_inline]] inline __m512 sums(const __m512 (&a)[kOutputs],
                                          const __m512 (&b)[kOutputs]) {
  __m512 both[kSmallOutputs] = {};
#pragma GCC unroll 8
  for (std::size_t o = 0; o < kOutputs; ++o) both[o] = halves(a[o], b[o]);
  __m512 first = pairs(both[0], both[1]), second = _mm512_setzero_ps();
  if constexpr (kOutputs > 2) second = pairs(both[2], both[3]);
  const __m512 low = fours(first, second);
  __m512 high = _mm512_setzero_ps();
  if constexpr (kOutputs > 4) {
    first = pairs(both[4], both[5]);
    second = _mm512_setzero_ps();
    if constexpr (kOutputs > 6) second = pairs(both[6], both[7]);
    high = fours(first, second);
  }
  // Both low and high hold four lanes of a twice, and then four lanes of b twice.
  const __m512 all =
      _mm512_add_ps(_mm512_shuffle_f32x4(low, high, 0x88), _mm512_shuffle_f32x4(low, high, 0xdd));
  return _mm512_shuffle_f32x4(all, all, 0xd8);
}

__m256 upper_half(__m512 values) {
  return _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(values), 1));
}
__m512 twice(__m256 values) {
  return _mm512_castpd_ps(_mm512_broadcast_f64x4(_mm256_castps_pd(values)));
}

// Without "unroll", GCC 12 keeps the sums in memory.

/// Number of positions that share each load of weights. It is as large as the registers allow.
template <std::size_t kOutputs>
constexpr int kTogether = kOutputs <= 6 ? 4 : 2;

template <std::size_t kOutputs, bool kAtEdge>
void convolve(const Reader& reader, const float* weights, __m512 bias, const SmallChannelRow& row,
              int x, int positions) {
  constexpr int kPositions = kTogether<kOutputs>;
  __m512 sum[kPositions][kOutputs] = {};
  for (int dy = 0; dy < 3; ++dy) {
    const float* in = row.in[dy];
    if (in == nullptr) continue;
    for (int dx = 0; dx < 3; ++dx) {
      const float* of_tap = weights + (dy * 3 + dx) * static_cast<int>(kOutputs) * kSmallInputs;
      __m512 value[kPositions];
#pragma GCC unroll 8
      for (int p = 0; p < kPositions; ++p) {
        const int from = x + p + dx - 1;
        value[p] = kAtEdge ? reader.at_edge(in, from) : reader.at(in, from);
      }
#pragma GCC unroll 8
      for (std::size_t o = 0; o < kOutputs; ++o) {
        const __m512 weight = _mm512_loadu_ps(of_tap + o * kSmallInputs);
#pragma GCC unroll 8
        for (int p = 0; p < kPositions; ++p)
          sum[p][o] = _mm512_fmadd_ps(value[p], weight, sum[p][o]);
      }
    }
  }
  constexpr auto kMask = static_cast<__mmask8>((1u << kOutputs) - 1);
#pragma GCC unroll 8
  for (int p = 0; p < kPositions; p += 2) {
    const __m512 result = _mm512_add_ps(sums(sum[p], sum[p + 1]), bias);
    float* out = row.out + (x + p) * static_cast<int>(kOutputs);
    if (p < positions) _mm256_mask_storeu_ps(out, kMask, _mm512_castps512_ps256(result));
    if (p + 1 < positions) _mm256_mask_storeu_ps(out + kOutputs, kMask, upper_half(result));
  }
}

template <std::size_t kOutputs>
void convolve_rows(const SmallChannelShape& shape, const float* weights, const float* bias,
                   std::span<const SmallChannelRow> rows) {
  constexpr int kPositions = kTogether<kOutputs>;
  const Reader reader{shape.inputs, shape.width, static_cast<__mmask16>((1u << shape.inputs) - 1)};
  const __m256 of_one = _mm256_maskz_loadu_ps(static_cast<__mmask8>((1u << kOutputs) - 1), bias);
  const __m512 of_two = twice(of_one);
  for (const SmallChannelRow& row : rows) {
    for (int x = 0; x < shape.width; x += kPositions) {
      const int left = shape.width - x;
      if (x > 0 && left > kPositions) {
        convolve<kOutputs, false>(reader, weights, of_two, row, x, kPositions);
      } else {
        convolve<kOutputs, true>(reader, weights, of_two, row, x, left);
      }
    }
  }
}

}  // namespace

void small_channel_convolution_avx512(const SmallChannelShape& shape, const float* weights,
                                      const float* bias, std::span<const SmallChannelRow> rows) {
  static constexpr std::array<SmallChannelConvolution*, kSmallOutputs> kByOutputs = {
      convolve_rows<1>, convolve_rows<2>, convolve_rows<3>, convolve_rows<4>,
      convolve_rows<5>, convolve_rows<6>, convolve_rows<7>, convolve_rows<8>};
  kByOutputs[static_cast<std::size_t>(shape.outputs - 1)](shape, weights, bias, rows);
}

}  // namespace denoiseae
