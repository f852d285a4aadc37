// SPDX-License-Identifier: LGPL-2.1-or-later
// Between rows of 4:2:0 frames and packed planes (planes.h), for whole 2x2 blocks of luma.
#pragma once

#include <denoiseae/export.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/sample_words.h"

namespace denoiseae {

/// Two rows of luma and the row of chroma that belongs to them. chroma_step: bytes from one sample
/// to the next, those of one sample or of two.
template <typename Byte>
struct BlockRows {
  Byte* top;
  Byte* bottom;
  Byte* u;
  Byte* v;
  int chroma_step;
};

/// The most that is taken for noise where the level told, of luma or of chroma in
/// kPackedInputChannels a block, is t: max(factor t, steep_factor t + offset). Before, it is
/// multiplied by t^2 / (t^2 + own), own above 0.
struct ResidualLimits {
  float factor;
  float steep_factor;
  float offset;
  float own_luma;
  float own_chroma;
};

struct PackingVariant {
  std::string_view name;
  /// 8-bit samples. Writes kPackedChannels of every kPackedInputChannels of out, code / 255 - 0.5.
  void (*pack)(const BlockRows<const std::uint8_t>& in, int blocks, float* out);
  /// out = in - noise, rounded half up and clamped; noise: kPackedChannels a block, in parts of
  /// 255. out may be in.
  void (*subtract)(const BlockRows<const std::uint8_t>& in, const float* noise, int blocks,
                   const BlockRows<std::uint8_t>& out);
  /// The same for samples in words at any address; noise: in parts of the largest code.
  void (*pack_words)(const BlockRows<const std::uint8_t>& in, const SampleWords& words, int blocks,
                     float* out);
  void (*subtract_words)(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                         const float* noise, int blocks, const BlockRows<std::uint8_t>& out);
  /// The codes of four luma samples, value + 0.5 in parts of 255, rounded half up and clamped, NaN
  /// to 0; channels: values from one block to the next, at least 4.
  void (*luma_codes)(const float* values, int channels, int blocks, std::uint8_t* top,
                     std::uint8_t* bottom);
  /// Weakens each value and clamps it to its limit on both sides; noise: kPackedChannels a block.
  void (*limit)(const ResidualLimits& limits, const float* told, float* noise, int blocks);
  bool available;  ///< on this CPU
};

void pack_blocks_c(const BlockRows<const std::uint8_t>& in, int blocks, float* out);
void subtract_blocks_c(const BlockRows<const std::uint8_t>& in, const float* noise, int blocks,
                       const BlockRows<std::uint8_t>& out);
void pack_word_blocks_c(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                        int blocks, float* out);
void subtract_word_blocks_c(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                            const float* noise, int blocks, const BlockRows<std::uint8_t>& out);
void luma_codes_c(const float* values, int channels, int blocks, std::uint8_t* top,
                  std::uint8_t* bottom);
void limit_blocks_c(const ResidualLimits& limits, const float* told, float* noise, int blocks);
void limit_blocks_avx2(const ResidualLimits& limits, const float* told, float* noise, int blocks);
void pack_blocks_avx2(const BlockRows<const std::uint8_t>& in, int blocks, float* out);
void subtract_blocks_avx2(const BlockRows<const std::uint8_t>& in, const float* noise, int blocks,
                          const BlockRows<std::uint8_t>& out);
void pack_word_blocks_avx2(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                           int blocks, float* out);
void subtract_word_blocks_avx2(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                               const float* noise, int blocks, const BlockRows<std::uint8_t>& out);
void luma_codes_avx2(const float* values, int channels, int blocks, std::uint8_t* top,
                     std::uint8_t* bottom);

/// Plain C++ first, then faster; all compute the same to the bit.
DAE_API std::span<const PackingVariant> packing_variants() noexcept;
/// The fastest that is available.
const PackingVariant& best_packing() noexcept;

}  // namespace denoiseae
