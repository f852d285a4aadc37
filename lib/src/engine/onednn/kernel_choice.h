// SPDX-License-Identifier: LGPL-2.1-or-later
// Which kernels compute the convolutions of a network, by its types and sizes.
#pragma once

#include <denoiseae/export.h>

#include <dnnl.hpp>
#include <vector>

#include "engine/onednn/fused_ops.h"
#include "engine/onednn/number_formats.h"
#include "engine/onednn/row_band.h"

namespace denoiseae {

/// The kernels of convolutions and of operations that are computed as one.
enum class ConvolutionKernel {
  amx,            ///< kernels/amx_convolution, with all of the post_ops
  direct,         ///< kernels/direct_convolution, with all of the post_ops
  small_channel,  ///< kernels/small_channel_convolution or kernels/dot_convolution
  onednn,         ///< a primitive, then a loop for the post_ops that it does not take
  onednn_to_u8,   ///< a primitive to float32, then loops that apply the post_ops and quantise
};

enum class SubpixelConvKernel {
  amx,               ///< kernels/amx_subpixel_conv
  direct,            ///< kernels/direct_convolution
  onednn,            ///< a primitive, then a loop from groups of channels to positions
  quantised_amx,     ///< kernels/amx_subpixel_conv on 8-bit values
  quantised_direct,  ///< kernels/direct_convolution on 8-bit values
  quantised_onednn,  ///< a primitive to float32, then a loop that adds and quantises
};

class DAE_API KernelChoice {
 public:
  /// All arguments must outlive this.
  KernelChoice(const Graph& graph, const std::vector<Shape>& shapes, const NumberFormats& formats)
      : graph_(graph), shapes_(shapes), formats_(formats) {}

  ConvolutionKernel convolution(const FusedOp& fused) const;
  /// Whether the input of a convolution is converted to another type before.
  bool converts_input(const FusedOp& fused) const;
  SubpixelConvKernel subpixel_conv(const FusedOp& fused) const;
  /// The type in which a convolution, also a dense layer, stores its value. Primitives convert what
  /// they write, so the output of the network is float32 at once if nothing follows the primitive.
  dnnl::memory::data_type type_of_convolution(const FusedOp& fused) const;

 private:
  RowBand band_like(NodeId id) const;
  RowBand convolution_input_like(const FusedOp& fused) const;
  ResolvedPostOps post_ops_like(const FusedOp& fused) const;

  const Graph& graph_;
  const std::vector<Shape>& shapes_;
  const NumberFormats& formats_;
};

}  // namespace denoiseae
