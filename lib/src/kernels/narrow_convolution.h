// SPDX-License-Identifier: LGPL-2.1-or-later
// 3x3 convolutions to few channels in float32. oneDNN computes 16 outputs at a time, also where
// there are 6: here the products of a pixel's inputs lie side by side in a vector, and are added up
// at the end.
#pragma once

#include <denoiseae/export.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace denoiseae {

/// Channels and positions of a row. What lies beyond the edges is zero.
struct NarrowShape {
  int inputs = 16;  ///< 1 to kNarrowInputs
  int outputs = 0;  ///< 1 to kNarrowOutputs
  int width = 0;
};
inline constexpr int kNarrowInputs = 16;
inline constexpr int kNarrowOutputs = 8;

/// From outputs x inputs x 3 x 3.
DAE_API std::vector<float> narrow_weights(const NarrowShape& shape, std::span<const float> weights);
constexpr std::size_t narrow_weight_values(const NarrowShape& shape) {
  return std::size_t{9 * kNarrowInputs} * static_cast<std::size_t>(shape.outputs);
}

struct NarrowRow {
  std::array<const float*, 3> in;  ///< the rows above, at and below; null: zeros
  float* out;
};

/// Computes rows of convolution + bias. weights: from narrow_weights; bias: outputs values.
using NarrowConvolution = void(const NarrowShape& shape, const float* weights, const float* bias,
                               std::span<const NarrowRow> rows);

NarrowConvolution narrow_convolution_c;
NarrowConvolution narrow_convolution_avx512;

struct NarrowConvolutionVariant {
  std::string_view name;
  NarrowConvolution* rows;
  bool available;  ///< on this CPU
};

/// Plain C++ first.
DAE_API std::span<const NarrowConvolutionVariant> narrow_convolution_variants() noexcept;
/// The fastest that is available; null where oneDNN is faster than that.
NarrowConvolution* narrow_convolution() noexcept;

}  // namespace denoiseae
