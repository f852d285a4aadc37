// SPDX-License-Identifier: LGPL-2.1-or-later
// Which kernels compute the convolutions of a network, by its types and sizes.
#pragma once

#include <vector>

#include "engine/native/fused_ops.h"
#include "engine/native/number_formats.h"
#include "engine/native/row_band.h"

namespace denoiseae {

/// The kernels of convolutions and of operations that are computed as one.
enum class ConvolutionKernel {
  direct,         ///< kernels/direct_convolution, with the post_ops
  small_channel,  ///< kernels/small_channel_convolution or kernels/dot_convolution
};

class KernelChoice {
 public:
  /// All arguments must outlive this.
  KernelChoice(const Graph& graph, const std::vector<Shape>& shapes, const NumberFormats& formats)
      : graph_(graph), shapes_(shapes), formats_(formats) {}

  ConvolutionKernel convolution(const FusedOp& fused) const;
  /// The type in which a convolution, also a dense layer, reads its input, which may have to be
  /// converted: kernels read values of less than 32 bits only in whole words.
  SampleType type_of_input(const FusedOp& fused) const;
  /// The type in which a convolution, also a dense layer, stores its value. Kernels convert what
  /// they write, so the output of the network is float32 at once if nothing follows the
  /// convolution.
  SampleType type_of_convolution(const FusedOp& fused) const;

 private:
  RowBand band_like(NodeId id) const;

  const Graph& graph_;
  const std::vector<Shape>& shapes_;
  const NumberFormats& formats_;
};

}  // namespace denoiseae
