// SPDX-License-Identifier: LGPL-2.1-or-later
// Interleaving pairs of both rows puts the four luma samples of a block side by side.
#include <immintrin.h>

#include "kernels/luma_codes/blocks_avx2.h"
#include "kernels/packing/packing.h"
#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

constexpr float kUnit = 1.0f / 255;

__m256 codes(__m128i bytes) { return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes)); }

__m256i subtract_noise(__m256 code, __m256 noise) {
  const __m256 unit = _mm256_sub_ps(_mm256_mul_ps(code, _mm256_set1_ps(kUnit)), noise);
  return to_codes(_mm256_mul_ps(unit, _mm256_set1_ps(255)));
}

/// Loads U and V of 8 blocks, in pairs of U and V.
__m128i load_chroma(const BlockRows<const std::uint8_t>& in, int x) {
  if (in.chroma_step == 1) return _mm_unpacklo_epi8(load_8_bytes(in.u + x), load_8_bytes(in.v + x));
  const __m128i pairs = load_16_bytes((in.u < in.v ? in.u : in.v) + 2 * x);
  if (in.u < in.v) return pairs;
  return _mm_shuffle_epi8(pairs,
                          _mm_setr_epi8(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
}

/// Returns whether the layout of the chroma is a known one: U and V are planes of their own, or
/// alternate in one.
bool is_known(int chroma_step, std::ptrdiff_t from_u_to_v) {
  return chroma_step == 1 || from_u_to_v == 1 || from_u_to_v == -1;
}

}  // namespace

void pack_blocks_avx2(const BlockRows<const std::uint8_t>& in, int blocks, float* out) {
  constexpr int kBlocks = 8;
  const __m128i zero = _mm_setzero_si128();
  const auto put = [&](__m128i two, float* to) {
    for (int i = 0; i < 2; ++i, two = _mm_unpackhi_epi64(two, two)) {
      const __m256 unit = _mm256_mul_ps(codes(two), _mm256_set1_ps(kUnit));
      store_packed(to + i * kPackedInputChannels, _mm256_sub_ps(unit, _mm256_set1_ps(0.5f)));
    }
  };
  int x = 0;
  if (is_known(in.chroma_step, in.v - in.u)) {
    for (; x + kBlocks <= blocks; x += kBlocks, out += kBlocks * kPackedInputChannels) {
      const __m128i top = load_16_bytes(in.top + 2 * x), bottom = load_16_bytes(in.bottom + 2 * x);
      const __m128i chroma = load_chroma(in, x);
      const __m128i luma_low = _mm_unpacklo_epi16(top, bottom);
      const __m128i luma_high = _mm_unpackhi_epi16(top, bottom);
      const __m128i chroma_low = _mm_unpacklo_epi16(chroma, zero);
      const __m128i chroma_high = _mm_unpackhi_epi16(chroma, zero);
      put(_mm_unpacklo_epi32(luma_low, chroma_low), out);
      put(_mm_unpackhi_epi32(luma_low, chroma_low), out + 2 * kPackedInputChannels);
      put(_mm_unpacklo_epi32(luma_high, chroma_high), out + 4 * kPackedInputChannels);
      put(_mm_unpackhi_epi32(luma_high, chroma_high), out + 6 * kPackedInputChannels);
    }
  }
  const BlockRows<const std::uint8_t> rest{in.top + 2 * x, in.bottom + 2 * x,
                                           in.u + x * in.chroma_step, in.v + x * in.chroma_step,
                                           in.chroma_step};
  pack_blocks_c(rest, blocks - x, out);
}

void subtract_blocks_avx2(const BlockRows<const std::uint8_t>& in, const float* noise, int blocks,
                          const BlockRows<std::uint8_t>& out) {
  constexpr int kBlocks = 8;
  int x = 0;
  const bool known = is_known(in.chroma_step, in.v - in.u) && in.chroma_step == out.chroma_step &&
                     (in.chroma_step == 1 || in.v - in.u == out.v - out.u);
  const __m128i apart = _mm_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
  for (; known && x + kBlocks <= blocks; x += kBlocks, noise += kBlocks * kPackedChannels) {
    const __m128i top = load_16_bytes(in.top + 2 * x), bottom = load_16_bytes(in.bottom + 2 * x);
    const __m128i chroma = load_chroma(in, x);
    const auto luma_of = [&](__m128i blocks_of_4, int first) {
      const float* n = noise + first * kPackedChannels;
      const __m128i upper = _mm_unpackhi_epi64(blocks_of_4, blocks_of_4);
      store_blocks(
          subtract_noise(codes(blocks_of_4), two_blocks(n, kPackedChannels)),
          subtract_noise(codes(upper), two_blocks(n + 2 * kPackedChannels, kPackedChannels)),
          out.top + 2 * (x + first), out.bottom + 2 * (x + first));
    };
    luma_of(_mm_unpacklo_epi16(top, bottom), 0);
    luma_of(_mm_unpackhi_epi16(top, bottom), 4);
    const auto chroma_noise = [noise](int first) {
      return chroma_of_blocks(noise + first * kPackedChannels, kPackedChannels);
    };
    const __m256i low = subtract_noise(codes(chroma), chroma_noise(0));
    const __m256i high = subtract_noise(codes(_mm_unpackhi_epi64(chroma, chroma)), chroma_noise(4));
    const auto words = [](__m256i v) {
      return _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    };
    const __m128i uv = _mm_packus_epi16(words(low), words(high));
    const __m128i planes = _mm_shuffle_epi8(uv, apart);
    if (out.chroma_step == 1) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out.u + x), planes);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out.v + x), _mm_unpackhi_epi64(planes, planes));
    } else {
      const bool u_first = out.u < out.v;
      const __m128i v_first = _mm_unpacklo_epi8(_mm_unpackhi_epi64(planes, planes), planes);
      _mm_storeu_si128(reinterpret_cast<__m128i*>((u_first ? out.u : out.v) + 2 * x),
                       u_first ? uv : v_first);
    }
  }
  const auto rest = [x](const auto& rows) {
    auto later = rows;
    later.top += 2 * x;
    later.bottom += 2 * x;
    later.u += x * rows.chroma_step;
    later.v += x * rows.chroma_step;
    return later;
  };
  subtract_blocks_c(rest(in), noise, blocks - x, rest(out));
}

}  // namespace denoiseae
