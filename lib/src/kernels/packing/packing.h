// SPDX-License-Identifier: LGPL-2.1-or-later
// Packs rows of 4:2:0 frames into tensors (layout/packed_layout.h), and subtracts noise from them,
// for whole 2x2 blocks of luma.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/sample_words.h"

namespace denoiseae {

/// Two rows of luma and the row of chroma that belongs to them. chroma_step: bytes from one chroma
/// sample to the next. It is the size of one sample if U and V are separate, of two if they
/// alternate.
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
  /// Packs 8-bit samples as code / 255 - 0.5. Writes the first kPackedChannels of every
  /// kPackedInputChannels values of out.
  void (*pack)(const BlockRows<const std::uint8_t>& in, int blocks, float* out);
  /// Computes out = in - noise, rounded half up and clamped. noise: kPackedChannels values for each
  /// block, where 1 is 255 codes. out may be in.
  void (*subtract)(const BlockRows<const std::uint8_t>& in, const float* noise, int blocks,
                   const BlockRows<std::uint8_t>& out);
  /// These two are for samples in words at any address, where 1 is the largest code.
  void (*pack_words)(const BlockRows<const std::uint8_t>& in, const SampleWords& words, int blocks,
                     float* out);
  void (*subtract_words)(const BlockRows<const std::uint8_t>& in, const SampleWords& words,
                         const float* noise, int blocks, const BlockRows<std::uint8_t>& out);
  bool available;  ///< whether this CPU has the instructions
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

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
std::span<const PackingVariant> packing_variants() noexcept;
/// Returns the fastest available variant.
const PackingVariant& best_packing() noexcept;

}  // namespace denoiseae
