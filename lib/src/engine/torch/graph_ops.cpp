// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/graph_ops.h"

#include <denoiseae/error.h>

#include "engine/torch/batch_norm.h"
#include "engine/torch/temporal_ops.h"
#include "engine/torch/transposed_conv.h"
#include "net/op_table.h"
#include "net/quantisation_plan.h"

namespace denoiseae {

namespace {

/// Rounds the weights of each output to whole steps, as NumberFormats::quantised in
/// engine/native/number_formats.cpp does for inference; test_int8 compares the two.
torch::Tensor fake_quantise_weights(const torch::Tensor& weights) {
  const torch::Tensor largest = weights.detach().abs().amax({1, 2, 3});
  const torch::Tensor steps =
      torch::where(largest > 0, largest / kHighestWeight, torch::ones_like(largest));
  return torch::fake_quantize_per_channel_affine(
      weights, steps, torch::zeros_like(steps, torch::kInt32), 0, -kHighestWeight, kHighestWeight);
}

/// Channels (2 dy + dx) C + c of position (y, x) become channel c of (2 y + dy, 2 x + dx). With
/// channels last this copies runs of 2 C values; PyTorch's pixel_shuffle order would scatter single
/// ones.
torch::Tensor depth_to_space(const torch::Tensor& x, std::int64_t channels) {
  const auto n = x.size(0);
  const auto h = x.size(2);
  const auto w = x.size(3);
  return x.permute({0, 2, 3, 1})
      .reshape({n, h, w, 2, 2 * channels})
      .permute({0, 1, 3, 2, 4})
      .reshape({n, 2 * h, 2 * w, channels})
      .permute({0, 3, 1, 2});
}

/// Works in place where nothing needs the value before: the gradients of these activations follow
/// from the result.
torch::Tensor activate(torch::Tensor x, const OpArguments& op) {
  switch (op.node.activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return torch::relu_(x);
    case Activation::leaky_relu:
      return torch::leaky_relu_(x, op.slope);
    case Activation::sigmoid:
      return torch::sigmoid(x);
  }
  throw Error(ErrorCode::internal, "unknown activation");
}

/// The first input in the type that convolutions compute in.
torch::Tensor input_of(const OpArguments& op) { return op.input(0).to(op.settings.compute); }

torch::Tensor weight_of(const OpArguments& op) {
  const torch::Tensor& weight = op.tensor(".weight");
  return (op.quantises_weights ? fake_quantise_weights(weight) : weight).to(op.settings.compute);
}

torch::Tensor bias_of(const OpArguments& op) { return op.tensor(".bias").to(op.settings.compute); }

torch::Tensor compute_input(const OpArguments& op) { return op.frame; }

torch::Tensor compute_conv(const OpArguments& op) {
  return activate(
      torch::conv2d(input_of(op), weight_of(op), bias_of(op), op.node.stride, padding_of(op.node)),
      op);
}

torch::Tensor compute_subpixel_conv(const OpArguments& op) {
  return depth_to_space(torch::conv2d(input_of(op), weight_of(op), bias_of(op)), op.node.channels);
}

torch::Tensor compute_transposed_conv(const OpArguments& op) {
  const Node& node = op.node;
  const torch::Tensor x = input_of(op);
  if (node.stride == 1) {
    // A plain convolution by the kernel laid the other way around.
    const torch::Tensor turned = weight_of(op).flip({2, 3}).transpose(0, 1);
    return activate(torch::conv2d(x, turned.contiguous(torch::MemoryFormat::ChannelsLast),
                                  bias_of(op), 1, padding_of(node)),
                    op);
  }
  if (x.device().is_cpu() && node.activation != Activation::sigmoid) {
    const double slope = node.activation == Activation::none   ? 1
                         : node.activation == Activation::relu ? 0
                                                               : op.slope;
    return transposed_conv(x, weight_of(op), op.tensor(".bias").to(torch::kFloat32), node.stride,
                           padding_of(node), slope);
  }
  return activate(torch::conv_transpose2d(x, weight_of(op), bias_of(op), node.stride,
                                          padding_of(node), node.stride - 1),
                  op);
}

torch::Tensor compute_batch_norm(const OpArguments& op) {
  const torch::Tensor x = input_of(op);
  const bool trains = op.settings.mode == Mode::train;
  if (trains && x.device().is_cpu()) {
    return batch_norm_train(x, op.tensor(".weight"), op.tensor(".bias"), op.tensor(".running_mean"),
                            op.tensor(".running_var"), op.settings.part);
  }
  return torch::batch_norm(x, op.tensor(".weight").to(op.settings.compute), bias_of(op),
                           op.tensor(".running_mean"), op.tensor(".running_var"), trains,
                           kBatchNormMomentum, kBatchNormEpsilon, false);
}

torch::Tensor compute_dense(const OpArguments& op) {
  const torch::Tensor x = input_of(op);
  const torch::Tensor y = torch::linear(x.contiguous().flatten(1), weight_of(op), bias_of(op));
  return activate(y.reshape({x.size(0), op.node.channels, 1, 1}), op);
}

torch::Tensor compute_reshape(const OpArguments& op) {
  const torch::Tensor x = input_of(op);
  return x.contiguous()
      .reshape({x.size(0), op.node.channels, op.node.height, op.node.width})
      .contiguous(torch::MemoryFormat::ChannelsLast);
}

torch::Tensor compute_add(const OpArguments& op) {
  return activate(input_of(op) + op.input(1).to(op.settings.compute), op);
}

torch::Tensor compute_activation(const OpArguments& op) {
  return activate(input_of(op).clone(), op);
}

torch::Tensor compute_bias_map(const OpArguments& op) {
  return activate(input_of(op) + bias_of(op), op);
}

torch::Tensor compute_state(const OpArguments& op) { return op.state; }

torch::Tensor compute_change_features(const OpArguments& op) {
  return change_features(op.input(0), op.input(1), op.settings.compute);
}

torch::Tensor compute_temporal_update(const OpArguments& op) {
  return temporal_update(op.input(0), op.input(1), op.input(2));
}

torch::Tensor compute_spatial_input(const OpArguments& op) {
  return spatial_input(op.input(0), op.input(1), op.settings.compute);
}

torch::Tensor compute_add_innovation(const OpArguments& op) {
  return add_innovation(op.input(0), op.input(1), op.input(2));
}

torch::Tensor compute_update_state(const OpArguments& op) {
  return update_state(op.input(0), op.input(1));
}

using Compute = torch::Tensor (*)(const OpArguments&);

constexpr OpTable<Compute> kCompute = {
    {Op::input, compute_input},
    {Op::conv, compute_conv},
    {Op::subpixel_conv, compute_subpixel_conv},
    {Op::transposed_conv, compute_transposed_conv},
    {Op::batch_norm, compute_batch_norm},
    {Op::dense, compute_dense},
    {Op::reshape, compute_reshape},
    {Op::add, compute_add},
    {Op::activation, compute_activation},
    {Op::bias_map, compute_bias_map},
    {Op::state, compute_state},
    {Op::change_features, compute_change_features},
    {Op::temporal_update, compute_temporal_update},
    {Op::spatial_input, compute_spatial_input},
    {Op::add_innovation, compute_add_innovation},
    {Op::update_state, compute_update_state},
};

}  // namespace

torch::Tensor compute_op(const OpArguments& arguments) {
  return kCompute[arguments.node.op](arguments);
}

}  // namespace denoiseae
