// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/ops.h"

#include <denoiseae/error.h>

#include <algorithm>

#include "net/op_table.h"

namespace denoiseae {

namespace {

int positions(const Shape& shape) { return shape.height * shape.width; }
double area(const Shape& shape) { return static_cast<double>(shape.height) * shape.width; }

Parameter bias(const Node& node, int count) { return {node.name + ".bias", {count}, Init::zero}; }

std::vector<Parameter> conv_parameters(const Node& node, const Shape& in, Init weights) {
  const int k = node.kernel;
  return {{node.name + ".weight", {node.channels, in.channels, k, k}, weights, in.channels * k * k},
          bias(node, node.channels)};
}

int conv_tap(const Node& node, const Shape&, Position out, Position at) {
  const int row = at.y - (out.y * node.stride - padding_of(node));
  const int column = at.x - (out.x * node.stride - padding_of(node));
  return row * node.kernel + column;
}

double conv_macs(const Node& node, const Shape& in, const Shape& out) {
  return area(out) * node.kernel * node.kernel * in.channels * out.channels;
}

constexpr LinearOp kConv{.tap = conv_tap, .macs = conv_macs};

std::vector<Parameter> subpixel_parameters(const Node& node, const Shape& in, Init weights) {
  return {{node.name + ".weight", {4 * node.channels, in.channels, 1, 1}, weights, in.channels},
          bias(node, 4 * node.channels)};
}

int only_tap(const Node&, const Shape&, Position, Position) { return 0; }

double subpixel_macs(const Node&, const Shape& in, const Shape& out) {
  return area(in) * in.channels * 4 * out.channels;
}

constexpr LinearOp kSubpixelConv{.groups = 4, .tap = only_tap, .macs = subpixel_macs};

std::vector<Parameter> transposed_parameters(const Node& node, const Shape& in, Init weights) {
  const int k = node.kernel;
  return {{node.name + ".weight", {in.channels, node.channels, k, k}, weights, in.channels * k * k},
          bias(node, node.channels)};
}

int transposed_tap(const Node& node, const Shape&, Position out, Position at) {
  const int row = out.y - (at.y * node.stride - padding_of(node));
  const int column = out.x - (at.x * node.stride - padding_of(node));
  return row * node.kernel + column;
}

double transposed_macs(const Node& node, const Shape& in, const Shape& out) {
  return area(in) * node.kernel * node.kernel * in.channels * out.channels;
}

constexpr LinearOp kTransposedConv{
    .inputs_first = true, .tap = transposed_tap, .macs = transposed_macs};

std::vector<Parameter> batch_norm_parameters(const Node& node, const Shape&, Init) {
  const std::vector<int> shape{node.channels};
  return {
      {node.name + ".weight", shape, Init::one},
      {node.name + ".bias", shape, Init::zero},
      {.name = node.name + ".running_mean", .shape = shape, .init = Init::zero, .trained = false},
      {.name = node.name + ".running_var", .shape = shape, .init = Init::one, .trained = false}};
}

std::vector<Parameter> dense_parameters(const Node& node, const Shape& in, Init weights) {
  if (in.height == 0) throw Error(ErrorCode::internal, "dense needs an input of fixed size");
  const int inputs = in.channels * positions(in);
  return {{node.name + ".weight", {node.channels, inputs}, weights, inputs},
          bias(node, node.channels)};
}

int dense_tap(const Node&, const Shape& in, Position, Position at) {
  return at.y * in.width + at.x;
}

double dense_macs(const Node&, const Shape& in, const Shape& out) {
  return area(in) * in.channels * out.channels;
}

constexpr LinearOp kDense{.tap = dense_tap, .macs = dense_macs};

std::vector<Parameter> bias_map_parameters(const Node& node, const Shape&, Init) {
  return {{node.name + ".bias", {node.channels, node.height, node.width}, Init::zero}};
}

constexpr OpTable<OpInfo> kOps = {
    {Op::input, {.name = "input", .int8 = Int8Role::exact}},
    {Op::conv,
     {.name = "conv",
      .inputs = {&kWindow},
      .parameters = conv_parameters,
      .linear = &kConv,
      .takes_post_ops = true,
      .int8 = Int8Role::convolution}},
    {Op::subpixel_conv,
     {.name = "subpixel_conv",
      .inputs = {&kBlocks},
      .parameters = subpixel_parameters,
      .linear = &kSubpixelConv,
      .takes_post_ops = true,
      .int8 = Int8Role::upsampling}},
    {Op::transposed_conv,
     {.name = "transposed_conv",
      .inputs = {&kSpread},
      .parameters = transposed_parameters,
      .linear = &kTransposedConv,
      .takes_post_ops = true}},
    {Op::batch_norm,
     {.name = "batch_norm",
      .inputs = {&kPointwise},
      .parameters = batch_norm_parameters,
      .takes_post_ops = true}},
    {Op::dense,
     {.name = "dense",
      .inputs = {&kWhole},
      .parameters = dense_parameters,
      .linear = &kDense,
      .takes_post_ops = true}},
    {Op::reshape, {.name = "reshape", .inputs = {&kWhole}}},
    {Op::add,
     {.name = "add",
      .inputs = {&kPointwise, &kPointwise},
      .post_op = PostOp::addend,
      .takes_post_ops = true,
      .int8 = Int8Role::sum}},
    {Op::activation,
     {.name = "activation",
      .inputs = {&kPointwise},
      .post_op = PostOp::activation,
      .takes_post_ops = true}},
    {Op::bias_map,
     {.name = "bias_map",
      .inputs = {&kPointwise},
      .parameters = bias_map_parameters,
      .post_op = PostOp::plane,
      .takes_post_ops = true}},
    // The state does not read the frame, but has its size.
    {Op::state,
     {.name = "state", .inputs = {&kPointwise}, .is_float32 = true, .int8 = Int8Role::exact}},
    {Op::change_features,
     {.name = "change_features", .inputs = {&kWindow, &kWindow}, .int8 = Int8Role::exact}},
    {Op::temporal_update,
     {.name = "temporal_update",
      .inputs = {&kPointwise, &kPointwise, &kBilinear},
      .is_float32 = true,
      .int8 = Int8Role::exact}},
    {Op::spatial_input,
     {.name = "spatial_input",
      .inputs = {&kPointwise, &kPointwise},
      .fits_fixed16 = true,
      .int8 = Int8Role::exact}},
    {Op::add_innovation,
     {.name = "add_innovation",
      .inputs = {&kPointwise, &kPointwise, &kPointwise},
      .is_float32 = true,
      .int8 = Int8Role::exact}},
    {Op::update_state,
     {.name = "update_state",
      .inputs = {&kPointwise, &kPointwise},
      .is_float32 = true,
      .int8 = Int8Role::exact}},
};

}  // namespace

int OpInfo::input_count() const {
  return static_cast<int>(std::find(inputs.begin(), inputs.end(), nullptr) - inputs.begin());
}

const OpInfo& op_info(Op op) { return kOps[op]; }

}  // namespace denoiseae
