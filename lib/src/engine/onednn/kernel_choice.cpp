// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/kernel_choice.h"

#include <algorithm>

#include "engine/onednn/amx_convolution.h"
#include "engine/onednn/cpu.h"
#include "engine/onednn/direct_convolution.h"
#include "engine/onednn/small_channel_convolution.h"

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

/// Whether something follows the convolution that oneDNN's primitive does not compute.
bool has_rest(const FusedOp& fused) {
  return fused.post_ops.has_sum() || fused.post_ops.after != Activation::none;
}

/// On tiles oneDNN multiplies fewer bits faster than any vectors do.
bool prefers_direct(Type type) { return type == Type::f32 || !may_use_amx(); }

bool is_read(const Graph& graph, NodeId id) {
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), [id](const Node& node) {
    return std::find(node.inputs.begin(), node.inputs.end(), id) != node.inputs.end();
  });
}

}  // namespace

ConvolutionKernel KernelChoice::convolution(const FusedOp& fused) const {
  const Node& head = graph_.nodes()[fused.head];
  const Window window{head.kernel, head.stride, padding_of(head)};
  const RowBand in = band_like(head.inputs[0]);
  RowBand out = band_like(fused.value);
  out.type = type_of_convolution(fused);
  const bool has_plane = fused.post_ops.plane != kNoNode;
  if (formats_.exact() == Type::bf16 && !has_plane &&
      suits_amx(window, post_ops_like(fused), in, out)) {
    return ConvolutionKernel::amx;
  }
  if (suits_small_channels(window, in, out)) return ConvolutionKernel::small_channel;
  if (prefers_direct(in.type) &&
      suits_direct(window, post_ops_like(fused), convolution_input_like(fused))) {
    return ConvolutionKernel::direct;
  }
  // oneDNN quantises only what it has computed with integers.
  const bool quantises_itself = in.type == Type::u8 && !has_rest(fused);
  return out.type == Type::u8 && !quantises_itself ? ConvolutionKernel::onednn_to_u8
                                                   : ConvolutionKernel::onednn;
}

SubpixelConvKernel KernelChoice::subpixel_conv(const FusedOp& fused) const {
  const RowBand in = band_like(graph_.nodes()[fused.head].inputs[0]);
  const RowBand out = band_like(fused.value);
  if (formats_.is_quantised(fused.value)) {
    const bool on_amx =
        formats_.exact() == Type::bf16 && suits_quantised_amx_subpixel_conv(in, out);
    if (on_amx) return SubpixelConvKernel::quantised_amx;
    return prefers_direct(in.type) && suits_direct({}, {}, in)
               ? SubpixelConvKernel::quantised_direct
               : SubpixelConvKernel::quantised_onednn;
  }
  const bool has_plane = fused.post_ops.plane != kNoNode;
  if (has_plane) return SubpixelConvKernel::onednn;
  if (suits_amx_subpixel_conv(post_ops_like(fused), in, out)) return SubpixelConvKernel::amx;
  return prefers_direct(in.type) && suits_direct_subpixel_conv(post_ops_like(fused), in)
             ? SubpixelConvKernel::direct
             : SubpixelConvKernel::onednn;
}

Type KernelChoice::type_of_convolution(const FusedOp& fused) const {
  const bool is_last = fused.value == graph_.output() && !is_read(graph_, fused.value);
  return is_last && !has_rest(fused) ? Type::f32 : formats_.type_of(fused.value);
}

RowBand KernelChoice::band_like(NodeId id) const {
  return {
      .type = formats_.type_of(id), .channels = shapes_[id].channels, .width = shapes_[id].width};
}

bool KernelChoice::converts_input(const FusedOp& fused) const {
  return convolution_input_like(fused).type != band_like(graph_.nodes()[fused.head].inputs[0]).type;
}

RowBand KernelChoice::convolution_input_like(const FusedOp& fused) const {
  RowBand in = band_like(graph_.nodes()[fused.head].inputs[0]);
  if (in.type == Type::f32) in.type = formats_.exact();
  return in;
}

/// The constants of a bias_map are left out.
ResolvedPostOps KernelChoice::post_ops_like(const FusedOp& fused) const {
  const PostOps& given = fused.post_ops;
  ResolvedPostOps result{given.before, {}, nullptr, given.after};
  if (given.addend != kNoNode) result.addend = band_like(given.addend);
  return result;
}

}  // namespace denoiseae
