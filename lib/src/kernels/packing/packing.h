// SPDX-License-Identifier: LGPL-2.1-or-later
// Between rows of 4:2:0 frames and packed planes (layout/packed_layout.h), for whole 2x2 blocks of
// luma.
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
  bool available;  ///< on this CPU
};

void pack_blocks_c(const BlockRows<const std::uint8_t>& in, int blocks, float* out);
void subtract_blocks_c(const BlockRows<const std::uint8_t>& in, const float* noise, int blocks,
                       const BlockRows<std::uint8_t>& out);
void pack_word_blocks_c(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                        int blocks, float* out);
void subtract_word_blocks_c(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                            const float* noise, int blocks, const BlockRows<std::uint8_t>& out);
void pack_blocks_avx2(const BlockRows<const std::uint8_t>& in, int blocks, float* out);
void subtract_blocks_avx2(const BlockRows<const std::uint8_t>& in, const float* noise, int blocks,
                          const BlockRows<std::uint8_t>& out);
void pack_word_blocks_avx2(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                           int blocks, float* out);
void subtract_word_blocks_avx2(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                               const float* noise, int blocks, const BlockRows<std::uint8_t>& out);

/// Plain C++ first, then faster; all compute the same to the bit.
DAE_API std::span<const PackingVariant> packing_variants() noexcept;
/// The fastest that is available.
const PackingVariant& best_packing() noexcept;

}  // namespace denoiseae
