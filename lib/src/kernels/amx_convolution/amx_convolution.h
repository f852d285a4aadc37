// SPDX-License-Identifier: LGPL-2.1-or-later
// 3x3 convolutions of few channels on matrix tiles (AMX). A row of a tile has 64 bytes, and a
// single pixel of 8 or 16 channels would waste most of them. Here each row of a tile is a group of
// neighbouring pixels. The product with a banded matrix gives the same group of the output.
#pragma once

#include <denoiseae/export.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/bfloat16.h"

namespace denoiseae {

inline constexpr int kTileValues = 512;  ///< number of bfloat16 values in a tile of weights

/// The channels of a convolution and the positions of a row. Positions beyond the edges are zero.
struct AmxShape {
  int inputs = 16;  ///< 8 or 16
  int outputs = 0;  ///< 1 to 16; at most 8 if there are 8 inputs
  int width = 0;    ///< at least min_amx_width

  int group() const { return 32 / inputs; }           ///< positions in a row of a tile
  int lanes() const { return outputs > 8 ? 16 : 8; }  ///< lanes for each position of the output
  int output_tiles() const { return group() * lanes() / 16; }
  std::size_t weight_values() const {
    return std::size_t{kTileValues} * (output_tiles() == 1 ? 9 : 12);
  }
};

/// Returns whether the CPU has tiles of bfloat16. The first call asks the system for them.
DAE_API bool has_amx() noexcept;
/// Returns the smallest width of a row, or 0 if this CPU or the channels do not suit.
DAE_API int min_amx_width(int inputs, int outputs) noexcept;

/// The constants of a convolution. Each lies at an address that is a multiple of 64.
struct AmxConstants {
  const Bfloat16* weights = nullptr;  ///< from amx_weights
  const float* bias = nullptr;        ///< from amx_bias
  const float* scales = nullptr;      ///< factors of sum + bias, laid out by amx_bias
};
inline constexpr std::size_t kTileBiasValues = 256;
/// Returns weights, given as outputs x inputs x 3 x 3, as tiles. inputs: 1 to shape.inputs; the
/// weights of the others are 0.
DAE_API std::vector<float> amx_weights(const AmxShape& shape, std::span<const float> weights);
/// Returns one value for each output as a tile.
DAE_API std::vector<float> amx_bias(const AmxShape& shape, std::span<const float> bias);

/// Converts a row of width positions to bfloat16 and to inputs values for each position. The row
/// has channels values for each, at most inputs; the missing ones become 0.
DAE_API void amx_input(const float* from, int channels, int width, int inputs, Bfloat16* to);
DAE_API void amx_input(const Bfloat16* from, int channels, int width, int inputs, Bfloat16* to);
/// Converts codes of 8 bits, which bfloat16 holds exactly. If the weights are whole numbers of 8
/// bits, the sums are exact, too: 9 x 16 products stay below 2^24.
DAE_API void amx_input(const std::uint8_t* from, int channels, int width, int inputs, Bfloat16* to);

/// The types of values. code is the nearest whole number, halves to the even one, clamped to
/// 0 ... 255.
enum class AmxValue { bfloat16, float32, code };

struct AmxRow {
  std::array<const Bfloat16*, 3> in;  ///< the rows above, at and below; null stands for zeros
  const void* addend;                 ///< values in the order of out; null stands for zeros
  void* out;
};

/// The operations after the sum. before and after are slopes of leaky ReLU, from 0 (ReLU) to 1
/// (none).
struct AmxEpilogue {
  float before = 1;      ///< applied before the addend
  float after = 1;       ///< applied after the addend
  bool sigmoid = false;  ///< whether a sigmoid follows
  float factor = 1;      ///< factor of the result
  AmxValue out = AmxValue::bfloat16;
  AmxValue addend = AmxValue::bfloat16;  ///< bfloat16 or float32
};

/// Computes rows of factor after(before(scales (convolution of in + bias)) + addend). out may be
/// addend if both have the same type. Only for channels for which min_amx_width is not 0.
DAE_API void amx_convolution(const AmxShape& shape, const AmxConstants& constants,
                             const AmxEpilogue& epilogue, std::span<const AmxRow> rows);

}  // namespace denoiseae
