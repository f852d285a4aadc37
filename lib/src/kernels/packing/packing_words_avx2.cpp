// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/luma_codes/blocks_avx2.h"
#include "kernels/packing/packing.h"
#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

constexpr int kBlocks = 4;  // number of blocks in a vector

class WordVectors {
 public:
  explicit WordVectors(const SampleWords& words)
      : low_bits_(_mm_cvtsi32_si128(words.low_bits)),
        max_code_(_mm_set1_epi16(static_cast<short>(words.max_code))),
        scale_(_mm256_set1_ps(static_cast<float>(words.max_code))),
        unit_(_mm256_set1_ps(1.0f / static_cast<float>(words.max_code))) {}

  /// Converts 8 words to values of 0 ... 1.
  __m256 unit(__m128i words) const {
    const __m128i codes = _mm_and_si128(_mm_srl_epi16(words, low_bits_), max_code_);
    return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(codes)), unit_);
  }
  /// Subtracts noise from 8 words. A result that is not a number becomes 0.
  __m128i subtract_noise(__m128i words, __m256 noise) const {
    const __m256 code = _mm256_mul_ps(_mm256_sub_ps(unit(words), noise), scale_);
    const __m256 above =
        _mm256_max_ps(_mm256_add_ps(code, _mm256_set1_ps(0.5f)), _mm256_setzero_ps());
    const __m256i codes = _mm256_cvttps_epi32(_mm256_min_ps(above, scale_));
    const __m128i words_of_codes =
        _mm_packus_epi32(_mm256_castsi256_si128(codes), _mm256_extracti128_si256(codes, 1));
    return _mm_sll_epi16(words_of_codes, low_bits_);
  }

 private:
  __m128i low_bits_;
  __m128i max_code_;
  __m256 scale_;
  __m256 unit_;
};

/// Returns whether the layout of the chroma is a known one: U and V are planes of their own, or
/// alternate in one, U first.
template <typename Byte>
bool is_known(const BlockRows<Byte>& rows) {
  return rows.chroma_step == 2 || rows.v - rows.u == 2;
}

/// Loads U and V of four blocks, in pairs of U and V.
__m128i load_chroma(const BlockRows<const std::uint8_t>& in, int x) {
  if (in.chroma_step == 4) return load_16_bytes(in.u + 4 * x);
  return _mm_unpacklo_epi16(load_8_bytes(in.u + 2 * x), load_8_bytes(in.v + 2 * x));
}

void store_chroma(__m128i pairs, const BlockRows<std::uint8_t>& out, int x) {
  if (out.chroma_step == 4) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out.u + 4 * x), pairs);
    return;
  }
  const __m128i apart = _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
  const __m128i planes = _mm_shuffle_epi8(pairs, apart);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out.u + 2 * x), planes);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out.v + 2 * x), _mm_unpackhi_epi64(planes, planes));
}

template <typename Byte>
BlockRows<Byte> rest_of(const BlockRows<Byte>& rows, int x) {
  return {rows.top + 4 * x, rows.bottom + 4 * x, rows.u + x * rows.chroma_step,
          rows.v + x * rows.chroma_step, rows.chroma_step};
}

}  // namespace

void pack_word_blocks_avx2(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                           int blocks, float* out) {
  const WordVectors samples(words);
  const auto put = [&](__m128i luma, __m128i chroma, float* to) {
    const __m256 unit = samples.unit(_mm_unpacklo_epi64(luma, chroma));
    store_packed(to, _mm256_sub_ps(unit, _mm256_set1_ps(0.5f)));
  };
  int x = 0;
  for (; is_known(in) && x + kBlocks <= blocks;
       x += kBlocks, out += kBlocks * kPackedInputChannels) {
    const __m128i top = load_16_bytes(in.top + 4 * x), bottom = load_16_bytes(in.bottom + 4 * x);
    const __m128i low = _mm_unpacklo_epi32(top, bottom), high = _mm_unpackhi_epi32(top, bottom);
    const __m128i chroma = load_chroma(in, x);
    put(low, chroma, out);
    put(_mm_unpackhi_epi64(low, low), _mm_srli_si128(chroma, 4), out + kPackedInputChannels);
    put(high, _mm_srli_si128(chroma, 8), out + 2 * kPackedInputChannels);
    put(_mm_unpackhi_epi64(high, high), _mm_srli_si128(chroma, 12), out + 3 * kPackedInputChannels);
  }
  pack_word_blocks_c(rest_of(in, x), words, blocks - x, out);
}

void subtract_word_blocks_avx2(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                               const float* noise, int blocks, const BlockRows<std::uint8_t>& out) {
  const WordVectors samples(words);
  int x = 0;
  for (; is_known(in) && is_known(out) && x + kBlocks <= blocks;
       x += kBlocks, noise += kBlocks * kPackedChannels) {
    const __m128i top = load_16_bytes(in.top + 4 * x), bottom = load_16_bytes(in.bottom + 4 * x);
    const __m128 low = _mm_castsi128_ps(samples.subtract_noise(_mm_unpacklo_epi32(top, bottom),
                                                               two_blocks(noise, kPackedChannels)));
    const __m128 high = _mm_castsi128_ps(samples.subtract_noise(
        _mm_unpackhi_epi32(top, bottom), two_blocks(noise + 2 * kPackedChannels, kPackedChannels)));
    const __m128i chroma =
        samples.subtract_noise(load_chroma(in, x), chroma_of_blocks(noise, kPackedChannels));
    _mm_storeu_ps(reinterpret_cast<float*>(out.top + 4 * x),
                  _mm_shuffle_ps(low, high, _MM_SHUFFLE(2, 0, 2, 0)));
    _mm_storeu_ps(reinterpret_cast<float*>(out.bottom + 4 * x),
                  _mm_shuffle_ps(low, high, _MM_SHUFFLE(3, 1, 3, 1)));
    store_chroma(chroma, out, x);
  }
  subtract_word_blocks_c(rest_of(in, x), words, noise, blocks - x, rest_of(out, x));
}

}  // namespace denoiseae
