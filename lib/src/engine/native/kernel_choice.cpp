// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/kernel_choice.h"

#include <algorithm>

#include "engine/native/direct_convolution.h"
#include "engine/native/small_channel_convolution.h"

namespace denoiseae {

namespace {

/// Returns whether something follows the convolution and its first activation.
bool has_rest(const FusedOp& fused) {
  return fused.post_ops.has_sum() || fused.post_ops.after != Activation::none;
}

bool is_read(const Graph& graph, NodeId id) {
  return std::any_of(graph.nodes().begin(), graph.nodes().end(), [id](const Node& node) {
    return std::find(node.inputs.begin(), node.inputs.end(), id) != node.inputs.end();
  });
}

/// Returns the values of one position that a convolution or a dense layer multiplies.
int inputs_of(const Node& node, const Shape& in) {
  return node.op == Op::dense ? in.channels * in.height * in.width : in.channels;
}

}  // namespace

ConvolutionKernel KernelChoice::convolution(const FusedOp& fused) const {
  const Node& head = graph_.nodes()[fused.head];
  const Window window{head.kernel, head.stride, padding_of(head)};
  RowBand in = band_like(head.inputs[0]);
  in.type = type_of_input(fused);
  RowBand out = band_like(fused.value);
  out.type = type_of_convolution(fused);
  // Codes that are read as floats have scales, which that kernel does not know.
  const bool has_scales = formats_.is_quantised(head.inputs[0]) && in.type != SampleType::code;
  // The calls that would follow the convolution know no codes.
  const bool ends_in_codes = out.type == SampleType::code && has_rest(fused);
  const bool is_small = !has_scales && !ends_in_codes && !runs_on_tiles(window, in, out) &&
                        suits_small_channels(window, in, out);
  return is_small ? ConvolutionKernel::small_channel : ConvolutionKernel::direct;
}

SampleType KernelChoice::type_of_input(const FusedOp& fused) const {
  const Node& head = graph_.nodes()[fused.head];
  SampleType type = formats_.type_of(head.inputs[0]);
  // A frame beside a state is float32 and may meet convolutions of other types.
  const bool is_frame = head.inputs[0] == 0 && graph_.has_state();
  if (type == SampleType::float32) type = is_frame ? formats_.frame() : formats_.exact();
  const int inputs = inputs_of(head, shapes_[head.inputs[0]]);
  return inputs % inputs_of_word(type) == 0 ? type : SampleType::float32;
}

SampleType KernelChoice::type_of_convolution(const FusedOp& fused) const {
  const bool is_last = fused.value == graph_.output() && !is_read(graph_, fused.value);
  return is_last && !has_rest(fused) ? SampleType::float32 : formats_.type_of(fused.value);
}

RowBand KernelChoice::band_like(NodeId id) const {
  return {
      .type = formats_.type_of(id), .channels = shapes_[id].channels, .width = shapes_[id].width};
}

}  // namespace denoiseae
