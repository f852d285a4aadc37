// SPDX-License-Identifier: LGPL-2.1-or-later
// 1x1 convolutions to four groups of channels, depth to space by 2, a sum and an activation or
// rounding in one pass, on matrix tiles (AMX).
#pragma once

#include <denoiseae/export.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/amx_convolution/amx_convolution.h"
#include "kernels/bfloat16.h"
#include "kernels/quantise/quantise.h"

namespace denoiseae {

struct SubpixelConvShape {
  int inputs = 0;   ///< 32 or 64
  int outputs = 0;  ///< 16 or 32
  int width = 0;    ///< of a row of the input, at least 16

  std::size_t weight_values() const { return std::size_t{4} * inputs * outputs; }
  std::size_t bias_values() const { return std::size_t{4} * 16 * outputs; }
};

/// Whether the CPU and the shape suit.
DAE_API bool suits_amx_subpixel_conv(const SubpixelConvShape& shape) noexcept;

/// For AmxConstants. From 4 outputs x inputs, those of position (dy, dx) at 2 dy + dx.
DAE_API std::vector<float> amx_subpixel_conv_weights(const SubpixelConvShape& shape,
                                                     std::span<const float> weights);
/// From 4 outputs.
DAE_API std::vector<float> amx_subpixel_conv_bias(const SubpixelConvShape& shape,
                                                  std::span<const float> bias);

/// A row of the input and the two of the output that it becomes, twice as wide. Value: Bfloat16, or
/// std::uint8_t for codes, which stand for themselves.
template <typename Value>
struct SubpixelConvRow {
  const Value* in;
  const Value* addend[2];  ///< laid out like out; null: zeros
  Value* out[2];           ///< null: not wanted
};

/// out = after(convolution of in + bias + addend), after as the factor of negative values: 0 is
/// relu, 1 changes nothing. out may be addend. Only what suits.
DAE_API void amx_subpixel_conv(const SubpixelConvShape& shape, const AmxConstants& constants,
                               float after, std::span<const SubpixelConvRow<Bfloat16>> rows);

/// out = factors.in scales (convolution of in + bias) + factors.addend addend, to the nearest whole
/// number, halves to the even one, and from 0 to 255. scales: from amx_subpixel_conv_bias. out may
/// be addend. Only what suits.
DAE_API void amx_subpixel_conv(const SubpixelConvShape& shape, const AmxConstants& constants,
                               SumFactors factors,
                               std::span<const SubpixelConvRow<std::uint8_t>> rows);

}  // namespace denoiseae
