// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/graph.h"

#include <denoiseae/error.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "net/analysis.h"
#include "net/ops.h"

namespace denoiseae {

NodeId Graph::append(Node node, Init weights) {
  const OpInfo& info = op_info(node.op);
  if (static_cast<int>(node.inputs.size()) != info.input_count()) {
    throw Error(ErrorCode::internal,
                "graph " + std::string(info.name) + " takes another number of inputs");
  }
  if (info.parameters != nullptr) {
    for (Parameter& added : info.parameters(node, known_shape(node.inputs[0]), weights)) {
      for (const Parameter& p : parameters_) {
        if (p.name == added.name)
          throw Error(ErrorCode::internal, "graph parameter " + p.name + " is there twice");
      }
      parameters_.push_back(std::move(added));
    }
  }
  nodes_.push_back(std::move(node));
  return static_cast<NodeId>(nodes_.size()) - 1;
}

const Node& Graph::node(NodeId id) const {
  if (id < 0 || id >= static_cast<NodeId>(nodes_.size())) {
    throw Error(ErrorCode::internal, "a graph node reads a node that is not there");
  }
  return nodes_[id];
}

/// Height and width are 0 where the graph takes any size.
Shape Graph::known_shape(NodeId id) const {
  const int channels = node(id).channels;
  const Node& root = input_node();
  if (root.height == 0) return {channels, 0, 0};
  return shapes_of(nodes_, root.height, root.width)[id];
}

NodeId Graph::input(int channels, int height, int width) {
  if (!nodes_.empty())
    throw Error(ErrorCode::internal, "the input must be the first node of a graph");
  return append({.op = Op::input, .channels = channels, .height = height, .width = width});
}

NodeId Graph::conv(const std::string& name, NodeId in, int channels, int kernel, int stride,
                   Activation activation) {
  return append({Op::conv, name, {in}, channels, kernel, stride, 0, 0, activation});
}

NodeId Graph::silent_conv(const std::string& name, NodeId in, int channels, int kernel) {
  return append({Op::conv, name, {in}, channels, kernel}, Init::zero);
}

NodeId Graph::subpixel_conv(const std::string& name, NodeId in, int channels) {
  return append({Op::subpixel_conv, name, {in}, channels});
}

NodeId Graph::transposed_conv(const std::string& name, NodeId in, int channels, int kernel,
                              int stride, Activation activation) {
  return append({Op::transposed_conv, name, {in}, channels, kernel, stride, 0, 0, activation});
}

NodeId Graph::batch_norm(const std::string& name, NodeId in) {
  return append({Op::batch_norm, name, {in}, node(in).channels});
}

NodeId Graph::dense(const std::string& name, NodeId in, int outputs, Activation activation) {
  return append({Op::dense, name, {in}, outputs, 1, 1, 1, 1, activation});
}

NodeId Graph::reshape(NodeId in, Shape shape) {
  const Shape from = known_shape(in);
  if (from.height == 0) throw Error(ErrorCode::internal, "reshape needs an input of fixed size");
  const auto size = [](const Shape& s) { return s.channels * s.height * s.width; };
  if (size(from) != size(shape))
    throw Error(ErrorCode::internal, "graph reshape changes the number of values");
  return append({Op::reshape, "", {in}, shape.channels, 1, 1, shape.height, shape.width});
}

NodeId Graph::add(NodeId a, NodeId b, Activation activation) {
  if (node(a).channels != node(b).channels) {
    throw Error(ErrorCode::internal, "graph add of different numbers of channels");
  }
  return append({Op::add, "", {a, b}, nodes_[a].channels, 1, 1, 0, 0, activation});
}

NodeId Graph::activation(NodeId in, Activation activation) {
  return append({Op::activation, "", {in}, node(in).channels, 1, 1, 0, 0, activation});
}

NodeId Graph::bias_map(const std::string& name, NodeId in, int height, int width,
                       Activation activation) {
  return append({Op::bias_map, name, {in}, node(in).channels, 1, 1, height, width, activation});
}

NodeId Graph::state() {
  if (state_input_ >= 0) throw Error(ErrorCode::internal, "a graph has one state");
  state_input_ = append({Op::state, "", {0}, kStateChannels});
  return state_input_;
}

NodeId Graph::change_features(NodeId frame, NodeId state) {
  return append({Op::change_features, "", {frame, state}, kChangeChannels, 2, 2});
}

NodeId Graph::temporal_update(NodeId frame, NodeId state, NodeId gate) {
  if (node(gate).channels != kGateChannels)
    throw Error(ErrorCode::internal, "graph temporal_update needs gates for planes and picture");
  return append({Op::temporal_update, "", {frame, state, gate}, kStateChannels});
}

NodeId Graph::spatial_input(NodeId frame, NodeId state) {
  return append({Op::spatial_input, "", {frame, state}, kSpatialInputChannels});
}

NodeId Graph::add_innovation(NodeId frame, NodeId state, NodeId residual) {
  if (node(residual).channels != kPackedChannels)
    throw Error(ErrorCode::internal, "graph add_innovation needs a residual of the packed planes");
  return append({Op::add_innovation, "", {frame, state, residual}, kPackedChannels});
}

NodeId Graph::update_state(NodeId state, NodeId residual) {
  if (node(residual).channels != kPackedChannels)
    throw Error(ErrorCode::internal, "graph update_state needs a residual of the packed planes");
  return append({Op::update_state, "", {state, residual}, kStateChannels});
}

void Graph::set_state(NodeId id) {
  if (state_input_ < 0 || node(id).op != Op::update_state)
    throw Error(ErrorCode::internal, "graph set_state without state, or of another value");
  state_output_ = id;
}

void Graph::set_output(NodeId id) {
  output_ = id;
  alignment_ = alignment_of(nodes_);
  quantisation_ = QuantisationPlan(nodes_, id);
}

std::int64_t Graph::parameter_count() const {
  std::int64_t sum = 0;
  for (const Parameter& p : parameters_) {
    sum += std::accumulate(p.shape.begin(), p.shape.end(), std::int64_t{1}, std::multiplies<>());
  }
  return sum;
}

std::vector<Shape> Graph::shapes(int height, int width) const {
  const Node& root = input_node();
  const bool fixed = root.height != 0;
  if (fixed ? (height != root.height || width != root.width)
            : (height < 1 || width < 1 || height % alignment_ != 0 || width % alignment_ != 0)) {
    throw Error(
        ErrorCode::bad_argument,
        "network input of " + std::to_string(width) + "x" + std::to_string(height) +
            (fixed ? ", expected " + std::to_string(root.width) + "x" + std::to_string(root.height)
                   : ", expected multiples of " + std::to_string(alignment_)));
  }
  return shapes_of(nodes_, height, width);
}

double Graph::macs_per_position(int height, int width) const {
  return macs_of(nodes_, shapes(height, width)) / (static_cast<double>(height) * width);
}

int Graph::receptive_field() const {
  const double extent = reaches_of(nodes_)[output_].extent;
  return std::isinf(extent) ? 0 : static_cast<int>(extent + 0.999);
}

}  // namespace denoiseae
