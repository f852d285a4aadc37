// SPDX-License-Identifier: LGPL-2.1-or-later
// 3x3 convolutions to few channels in float32. A vector of direct_convolution holds outputs, even
// if there are only 6. Here a vector holds the products of the input channels of a pixel, which are
// added up at the end.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace denoiseae {

/// The channels of a convolution and the positions of a row. Positions beyond the edges are zero.
struct SmallChannelShape {
  int inputs = 16;  ///< 1 to kSmallInputs
  int outputs = 0;  ///< 1 to kSmallOutputs
  int width = 0;
};
inline constexpr int kSmallInputs = 16;
inline constexpr int kSmallOutputs = 8;

/// Returns weights, given as outputs x inputs x 3 x 3, in the order of the loops.
std::vector<float> small_channel_weights(const SmallChannelShape& shape,
                                         std::span<const float> weights);
constexpr std::size_t small_channel_weight_values(const SmallChannelShape& shape) {
  return std::size_t{9 * kSmallInputs} * static_cast<std::size_t>(shape.outputs);
}

struct SmallChannelRow {
  std::array<const float*, 3> in;  ///< the rows above, at and below; null stands for zeros
  float* out;
};

/// Computes rows of convolution + bias. weights: from small_channel_weights; bias: outputs values.
using SmallChannelConvolution = void(const SmallChannelShape& shape, const float* weights,
                                     const float* bias, std::span<const SmallChannelRow> rows);

SmallChannelConvolution small_channel_convolution_c;
SmallChannelConvolution small_channel_convolution_avx512;

struct SmallChannelConvolutionVariant {
  std::string_view name;
  SmallChannelConvolution* rows;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one.
std::span<const SmallChannelConvolutionVariant> small_channel_convolution_variants() noexcept;
/// Returns the fastest available variant, or null where direct_convolution is faster than that.
SmallChannelConvolution* small_channel_convolution() noexcept;

}  // namespace denoiseae
