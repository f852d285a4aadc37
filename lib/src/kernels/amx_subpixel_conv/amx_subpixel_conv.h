// SPDX-License-Identifier: LGPL-2.1-or-later
// Sub-pixel convolutions on matrix tiles (AMX): a 1x1 convolution to four groups of channels, depth
// to space by 2, a sum, and an activation or a quantisation, in one pass.
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
  int width = 0;    ///< width of a row of the input, at least 16

  std::size_t weight_values() const { return std::size_t{4} * inputs * outputs; }
  std::size_t bias_values() const { return std::size_t{4} * 16 * outputs; }
};

/// Returns whether the CPU and the shape suit.
DAE_API bool suits_amx_subpixel_conv(const SubpixelConvShape& shape) noexcept;

/// Returns weights as tiles for AmxConstants. They are given as 4 x outputs x inputs, those of the
/// output position (dy, dx) at 2 dy + dx.
DAE_API std::vector<float> amx_subpixel_conv_weights(const SubpixelConvShape& shape,
                                                     std::span<const float> weights);
/// Returns 4 x outputs values as tiles.
DAE_API std::vector<float> amx_subpixel_conv_bias(const SubpixelConvShape& shape,
                                                  std::span<const float> bias);

/// A row of the input, and the two rows of the output that it becomes, which are twice as wide.
/// Value: Bfloat16, or std::uint8_t for codes, which stand for whole numbers.
template <typename Value>
struct SubpixelConvRow {
  const Value* in;
  const Value* addend[2];  ///< has the layout of out; null stands for zeros
  Value* out[2];           ///< null if the row is not wanted
};

/// Computes out = after(convolution of in + bias + addend). after: the slope of leaky ReLU, where 0
/// is ReLU and 1 changes nothing. out may be addend. Only for shapes that suit.
DAE_API void amx_subpixel_conv(const SubpixelConvShape& shape, const AmxConstants& constants,
                               float after, std::span<const SubpixelConvRow<Bfloat16>> rows);

/// Computes out = factors.in scales (convolution of in + bias) + factors.addend addend, rounded to
/// the nearest whole number, halves to the even one, and clamped to 0 ... 255. scales: from
/// amx_subpixel_conv_bias. out may be addend. Only for shapes that suit.
DAE_API void amx_subpixel_conv(const SubpixelConvShape& shape, const AmxConstants& constants,
                               SumFactors factors,
                               std::span<const SubpixelConvRow<std::uint8_t>> rows);

}  // namespace denoiseae
