// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/linear_emitters.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "engine/native/direct_convolution.h"
#include "engine/native/loops.h"
#include "engine/native/small_channel_convolution.h"

namespace denoiseae {

namespace {

/// The head of a fused operation as a convolution with the constants that a node of its kind has.
template <typename MakeWeights, typename MakeBias>
const Convolution& convolution_of(PlanContext& c, const FusedOp& fused, MakeWeights make_weights,
                                  MakeBias make_bias) {
  const Node& node = c.head(fused);
  return c.convolution(fused.head, [&] {
    Convolution result{node.name, {node.kernel, node.stride, padding_of(node)}};
    result.weights = [&node, &c, make_weights] { return make_weights(node, c.tensors()); };
    result.bias = [&node, &c, make_bias](std::size_t /*set*/) {
      return make_bias(node, c.tensors());
    };
    if (c.kernels().type_of_input(fused) == SampleType::fixed16)
      return c.formats().fixed16(std::move(result), fused.head);
    return c.formats().quantised(std::move(result), node.inputs[0], fused.head);
  });
}

/// The scales of whole weights already divide by the step of the head's own value.
std::vector<DirectFactors> factors_of(const PlanContext& c, const FusedOp& fused,
                                      const Convolution& task) {
  const NumberFormats& formats = c.formats();
  const NodeId addend = fused.post_ops.addend;
  std::vector<DirectFactors> result;
  for (std::size_t set = 0; set < formats.sets(); ++set) {
    const float head_scale = task.scales.empty() ? 1 : formats.scale(fused.head, set);
    result.push_back({head_scale / formats.scale(fused.value, set),
                      addend == kNoNode ? 1 : formats.scale(addend, set) / head_scale});
  }
  return result;
}

void emit_by_kernel(PlanContext& c, const FusedOp& fused, const Convolution& task) {
  const ResolvedPostOps post_ops = c.post_ops(fused);
  const RowBand out = c.result(fused, c.kernels().type_of_convolution(fused));
  if (c.kernels().convolution(fused) == ConvolutionKernel::small_channel) {
    append_small_channel_convolution(c.builder(), task, post_ops, c.convolution_input(fused), out);
  } else {
    append_direct_convolution(c.builder(), task, post_ops, factors_of(c, fused, task),
                              c.convolution_input(fused), out);
  }
}

/// All values of a band as those of one position. The rows of whole pictures lie in one piece.
RowBand as_list(RowBand band) {
  band.channels = static_cast<int>(band.row_values()) * band.rows.count();
  band.width = 1;
  band.buffer = band.row(band.rows.begin);
  band.first = 0;
  band.rows = {0, 1};
  return band;
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
  const RowBand in = c.convolution_input(fused);
  RowBand groups = in;
  groups.channels = node.kernel * node.kernel * node.channels;
  groups = c.temporary(groups, c.formats().type_of(fused.head));
  append_direct_convolution(c.builder(), pointwise, {},
                            std::vector<DirectFactors>(c.formats().sets()), in, groups);
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
  const Convolution& task = convolution_of(c, fused, weights, bias_values);
  const RowBand in = c.convolution_input(fused);
  const RowBand out = c.result(fused, c.kernels().type_of_convolution(fused));
  append_direct_convolution(c.builder(), {task.name, {}, task.weights, task.bias, task.scales},
                            c.post_ops(fused), factors_of(c, fused, task), as_list(in),
                            as_list(out));
}

void emit_subpixel_conv(PlanContext& c, const FusedOp& fused) {
  const Convolution& task = convolution_of(c, fused, conv_weights, bias_values);
  const ResolvedPostOps post_ops = c.post_ops(fused);
  const RowBand in = c.convolution_input(fused);
  append_direct_subpixel_conv(c.builder(), task, post_ops, factors_of(c, fused, task), in,
                              c.result(fused));
}

}  // namespace denoiseae
