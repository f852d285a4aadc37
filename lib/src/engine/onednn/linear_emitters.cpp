// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/linear_emitters.h"

#include <utility>

#include "engine/onednn/amx_convolution.h"
#include "engine/onednn/direct_convolution.h"
#include "engine/onednn/loops.h"
#include "engine/onednn/primitives.h"
#include "engine/onednn/quantised_loops.h"
#include "engine/onednn/small_channel_convolution.h"

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

bool does_something(const ResolvedPostOps& post_ops) {
  return post_ops.before != Activation::none || post_ops.addend || post_ops.plane != nullptr ||
         post_ops.after != Activation::none;
}

/// The head of a fused operation as a convolution with the constants that a node of its kind has.
template <typename MakeWeights, typename MakeBias>
Convolution convolution_of(const PlanContext& c, const FusedOp& fused, MakeWeights make_weights,
                           MakeBias make_bias) {
  const Node& node = c.head(fused);
  Convolution result{node.name, {node.kernel, node.stride, padding_of(node)}};
  result.weights = [&node, &c, make_weights] { return make_weights(node, c.tensors()); };
  result.bias = [&node, &c, make_bias] { return make_bias(node, c.tensors()); };
  return c.formats().quantised(std::move(result), node.inputs[0], fused.head);
}

/// Appends a convolution to float32, and loops that apply the rest and quantise.
void emit_onednn_to_u8(PlanContext& c, const FusedOp& fused, const Convolution& task,
                       const ResolvedPostOps& rest, const RowBand& out) {
  const RowBand exact = c.temporary(out, Type::f32);
  append_convolution(c.builder(), task, c.convolution_input(fused), exact);
  if (does_something(rest)) append_eltwise(c.builder(), rest, exact, exact);
  append_quantisation(c.builder(), exact, c.formats().scale(fused.value), out);
}

/// A loop adds the addend, although oneDNN could. oneDNN 2.6 does so only in slower kernels (3x3,
/// 16 to 16 channels at 640x360 in float32: 29 ms instead of 21), and adds wrongly for an odd
/// number of input channels in bfloat16.
void emit_by_kernel(PlanContext& c, const FusedOp& fused, Convolution task) {
  ResolvedPostOps post_ops = c.post_ops(fused);
  const RowBand out = c.result(fused, c.kernels().type_of_convolution(fused));
  // The scales of 8-bit weights already divide by the step of the head's own value.
  const float head_scale = task.scales.empty() ? 1 : c.formats().scale(fused.head);
  const float factor = head_scale / c.formats().scale(fused.value);
  switch (c.kernels().convolution(fused)) {
    case ConvolutionKernel::amx:
      append_amx_convolution(c.builder(), task, post_ops, factor, c.rows_of_input(fused), out);
      break;
    case ConvolutionKernel::direct:
      append_direct_convolution(c.builder(), task, post_ops, factor, c.convolution_input(fused),
                                out);
      break;
    case ConvolutionKernel::small_channel:
      append_small_channel_convolution(c.builder(), task, post_ops, c.rows_of_input(fused), out);
      break;
    case ConvolutionKernel::onednn:
      task.activation = std::exchange(post_ops.before, Activation::none);
      append_convolution(c.builder(), task, c.convolution_input(fused), out);
      if (does_something(post_ops)) append_eltwise(c.builder(), post_ops, out, out);
      break;
    case ConvolutionKernel::onednn_to_u8:
      task.activation = std::exchange(post_ops.before, Activation::none);
      emit_onednn_to_u8(c, fused, task, post_ops, out);
      break;
  }
}

/// A 1x1 convolution to groups of channels, for a loop to lay out.
RowBand emit_groups(PlanContext& c, const FusedOp& fused, const Convolution& pointwise, Type type,
                    int channels) {
  const RowBand in = c.rows_of_input(fused);
  RowBand groups = in;
  groups.channels = channels;
  groups = c.temporary(groups, type);
  append_convolution(c.builder(), pointwise, in, groups);
  return groups;
}

/// Each input position adds to as many output positions as the kernel has taps.
void emit_spread_conv(PlanContext& c, const FusedOp& fused) {
  const Node& node = c.head(fused);
  const SpreadKernel kernel{node.kernel, node.stride, padding_of(node),
                            bias_values(node, c.tensors())};
  Convolution pointwise{node.name};
  pointwise.weights = [&] {
    return transposed_conv_weights(node, c.shape_of_input(fused).channels, c.tensors());
  };
  const RowBand groups = emit_groups(c, fused, pointwise, c.formats().type_of(fused.head),
                                     node.kernel * node.kernel * node.channels);
  append_spread(c.builder(), kernel, c.post_ops(fused), groups, c.result(fused));
}

}  // namespace

void emit_conv(PlanContext& c, const FusedOp& fused) {
  emit_by_kernel(c, fused, convolution_of(c, fused, conv_weights, bias_values));
}

void emit_batch_norm(PlanContext& c, const FusedOp& fused) {
  emit_by_kernel(c, fused, convolution_of(c, fused, batch_norm_weights, batch_norm_bias));
}

void emit_transposed_conv(PlanContext& c, const FusedOp& fused) {
  if (c.head(fused).stride != 1) {
    emit_spread_conv(c, fused);
    return;
  }
  const int inputs = c.shape_of_input(fused).channels;
  const auto weights = [inputs](const Node& node, const Tensors& tensors) {
    return transposed_conv_weights(node, inputs, tensors);
  };
  emit_by_kernel(c, fused, convolution_of(c, fused, weights, bias_values));
}

void emit_dense(PlanContext& c, const FusedOp& fused) {
  const auto weights = [&in = c.shape_of_input(fused)](const Node& node, const Tensors& tensors) {
    return dense_weights(node, in, tensors);
  };
  Convolution task = convolution_of(c, fused, weights, bias_values);
  ResolvedPostOps post_ops = c.post_ops(fused);
  const RowBand out = c.result(fused, c.kernels().type_of_convolution(fused));
  task.activation = std::exchange(post_ops.before, Activation::none);
  append_dense(c.builder(), task, c.convolution_input(fused), out);
  if (does_something(post_ops)) append_eltwise(c.builder(), post_ops, out, out);
}

void emit_subpixel_conv(PlanContext& c, const FusedOp& fused) {
  const Convolution task = convolution_of(c, fused, conv_weights, bias_values);
  const SubpixelConvKernel kernel = c.kernels().subpixel_conv(fused);
  const ResolvedPostOps post_ops = c.post_ops(fused);
  const RowBand in = c.rows_of_input(fused);
  const RowBand out = c.result(fused);
  const int group_channels = 4 * c.head(fused).channels;
  const auto quantised = [&](const RowBand& band, NodeId id) {
    return QuantisedBand{band, c.formats().scale(id)};
  };
  switch (kernel) {
    case SubpixelConvKernel::amx:
      append_amx_subpixel_conv(c.builder(), task, post_ops, in, out);
      break;
    case SubpixelConvKernel::direct:
      append_direct_subpixel_conv(c.builder(), task, post_ops, in, out);
      break;
    case SubpixelConvKernel::onednn:
      append_depth_to_space(
          c.builder(), post_ops,
          emit_groups(c, fused, task, c.formats().type_of(fused.head), group_channels), out);
      break;
    case SubpixelConvKernel::quantised_amx:
      append_quantised_amx_subpixel_conv(c.builder(), task, in,
                                         quantised(*post_ops.addend, fused.post_ops.addend),
                                         quantised(out, fused.value));
      break;
    case SubpixelConvKernel::quantised_direct:
      append_quantised_direct_subpixel_conv(c.builder(), task, in,
                                            quantised(*post_ops.addend, fused.post_ops.addend),
                                            quantised(out, fused.value));
      break;
    case SubpixelConvKernel::quantised_onednn:
      append_quantised_sum(c.builder(), emit_groups(c, fused, task, Type::f32, group_channels),
                           quantised(*post_ops.addend, fused.post_ops.addend),
                           quantised(out, fused.value));
      break;
  }
}

}  // namespace denoiseae
