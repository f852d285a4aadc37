// SPDX-License-Identifier: LGPL-2.1-or-later
// 3x3 convolutions of few channels on matrix tiles (AMX). Pixels of 8 or 16 channels do not fill
// the 64 bytes of a tile's row, and one at a time they waste most of it: here each row of a tile is
// a group of neighbouring pixels, which a banded matrix takes to the same group of the output.
#pragma once

#include <denoiseae/export.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/bfloat16.h"

namespace denoiseae {

inline constexpr int kTileValues = 512;  ///< bfloat16 values of a tile of weights

/// Channels and positions of a row. What the input's group reaches of the positions beside it is
/// zero beyond the edges.
struct AmxShape {
  int inputs = 16;  ///< 8 or 16
  int outputs = 0;  ///< 1 to 16; of 8 inputs at most 8
  int width = 0;    ///< at least min_amx_width

  int group() const { return 32 / inputs; }           ///< positions of a row of a tile
  int lanes() const { return outputs > 8 ? 16 : 8; }  ///< of each position of the output
  int output_tiles() const { return group() * lanes() / 16; }
  std::size_t weight_values() const {
    return std::size_t{kTileValues} * (output_tiles() == 1 ? 9 : 12);
  }
};

/// Whether the CPU has tiles of bfloat16. The first call asks the system for them.
DAE_API bool has_amx() noexcept;
/// 0: this CPU or the channels do not suit.
DAE_API int min_amx_width(int inputs, int outputs) noexcept;

/// What one call reads beside the rows, each at an address that is a multiple of 64.
struct AmxConstants {
  const Bfloat16* weights = nullptr;  ///< from amx_weights
  const float* bias = nullptr;        ///< from amx_bias
  const float* scales = nullptr;  ///< what sums with their bias are multiplied by, from amx_bias
};
inline constexpr std::size_t kTileBiasValues = 256;
/// From outputs x inputs x 3 x 3; inputs: 1 to shape.inputs, of the others the weights are 0.
DAE_API std::vector<float> amx_weights(const AmxShape& shape, std::span<const float> weights);
/// From one value for each output.
DAE_API std::vector<float> amx_bias(const AmxShape& shape, std::span<const float> bias);

/// A row of width positions of channels values, at most inputs, as bfloat16 of inputs values each;
/// those that are added are 0.
DAE_API void amx_input(const float* from, int channels, int width, int inputs, Bfloat16* to);
DAE_API void amx_input(const Bfloat16* from, int channels, int width, int inputs, Bfloat16* to);
/// Codes of 8 bits, which bfloat16 holds exactly. With whole numbers of 8 bits as weights their
/// sums are exact, too: 9 x 16 products stay below 2^24.
DAE_API void amx_input(const std::uint8_t* from, int channels, int width, int inputs, Bfloat16* to);

/// How values are held. code: the nearest whole number, halves to the even one, from 0 to 255.
enum class AmxValue { bfloat16, float32, code };

struct AmxRow {
  std::array<const Bfloat16*, 3> in;  ///< the rows above, at and below; null: zeros
  const void* addend;                 ///< values in the order of out; null: zeros
  void* out;
};

/// What follows the sum, as factors of negative values from 0 (relu) to 1 (nothing), or a sigmoid
/// after it.
struct AmxEpilogue {
  float before = 1;  ///< before the addend
  float after = 1;
  bool sigmoid = false;
  float factor = 1;  ///< of what comes out
  AmxValue out = AmxValue::bfloat16;
  AmxValue addend = AmxValue::bfloat16;  ///< no code
};

/// Computes rows of factor after(before(scales (convolution of in + bias)) + addend), out may be
/// addend where their values are held alike. Only where min_amx_width is not 0.
DAE_API void amx_convolution(const AmxShape& shape, const AmxConstants& constants,
                             const AmxEpilogue& epilogue, std::span<const AmxRow> rows);

}  // namespace denoiseae
