// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/graph.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "layout/packed_layout.h"
#include "layout/state_layout.h"

namespace denoiseae {

namespace {

/// Input positions per output position along one axis, as a fraction: scale = in / out.
struct Reach {
  double extent = 1;  // input positions that one output position sees
  double jump = 1;    // input positions between two neighbouring output positions
};

}  // namespace

NodeId Graph::append(Node node) {
  nodes_.push_back(std::move(node));
  return static_cast<NodeId>(nodes_.size()) - 1;
}

const Node& Graph::node(NodeId id) const {
  if (id < 0 || id >= static_cast<NodeId>(nodes_.size())) {
    throw Error(ErrorCode::internal, "a graph node reads a node that is not there");
  }
  return nodes_[id];
}

void Graph::add_parameter(const std::string& name, std::vector<int> shape, Init init,
                          bool trained) {
  for (const Parameter& p : parameters_) {
    if (p.name == name)
      throw Error(ErrorCode::internal, "graph parameter " + name + " is there twice");
  }
  parameters_.push_back({name, std::move(shape), init, trained});
}

NodeId Graph::input(int channels, int height, int width) {
  if (!nodes_.empty())
    throw Error(ErrorCode::internal, "the input must be the first node of a graph");
  Node root;
  root.channels = channels;
  root.height = height;
  root.width = width;
  return append(root);
}

NodeId Graph::conv(const std::string& name, NodeId in, int channels, int kernel, int stride,
                   Activation activation) {
  add_parameter(name + ".weight", {channels, node(in).channels, kernel, kernel}, weights_, true);
  add_parameter(name + ".bias", {channels}, Init::zero, true);
  return append({Op::conv, name, {in}, channels, kernel, stride, 0, 0, activation});
}

NodeId Graph::silent_conv(const std::string& name, NodeId in, int channels, int kernel) {
  add_parameter(name + ".weight", {channels, node(in).channels, kernel, kernel}, Init::zero, true);
  add_parameter(name + ".bias", {channels}, Init::zero, true);
  return append({Op::conv, name, {in}, channels, kernel});
}

NodeId Graph::subpixel_conv(const std::string& name, NodeId in, int channels) {
  add_parameter(name + ".weight", {4 * channels, node(in).channels, 1, 1}, weights_, true);
  add_parameter(name + ".bias", {4 * channels}, Init::zero, true);
  return append({Op::subpixel_conv, name, {in}, channels});
}

NodeId Graph::transposed_conv(const std::string& name, NodeId in, int channels, int kernel,
                              int stride, Activation activation) {
  add_parameter(name + ".weight", {node(in).channels, channels, kernel, kernel}, weights_, true);
  add_parameter(name + ".bias", {channels}, Init::zero, true);
  return append({Op::transposed_conv, name, {in}, channels, kernel, stride, 0, 0, activation});
}

NodeId Graph::batch_norm(const std::string& name, NodeId in) {
  const int channels = node(in).channels;
  add_parameter(name + ".weight", {channels}, Init::one, true);
  add_parameter(name + ".bias", {channels}, Init::zero, true);
  add_parameter(name + ".running_mean", {channels}, Init::zero, false);
  add_parameter(name + ".running_var", {channels}, Init::one, false);
  return append({Op::batch_norm, name, {in}, channels});
}

NodeId Graph::dense(const std::string& name, NodeId in, int outputs, Activation activation) {
  add_parameter(name + ".weight", {outputs, flat_size(in)}, weights_, true);
  add_parameter(name + ".bias", {outputs}, Init::zero, true);
  return append({Op::dense, name, {in}, outputs, 1, 1, 0, 0, activation});
}

NodeId Graph::reshape(NodeId in, Shape shape) {
  if (flat_size(in) != shape.channels * shape.height * shape.width) {
    throw Error(ErrorCode::internal, "graph reshape changes the number of values");
  }
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
  const int channels = node(in).channels;
  add_parameter(name + ".bias", {channels, height, width}, Init::zero, true);
  return append({Op::bias_map, name, {in}, channels, 1, 1, height, width, activation});
}

NodeId Graph::state() {
  if (state_input_ >= 0) throw Error(ErrorCode::internal, "a graph has one state");
  // Behind the frame in the list of nodes, so of its size.
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
  // The smallest input on which every node has a whole number of positions: the largest total
  // stride.
  std::vector<double> jump(nodes_.size(), 1.0);
  double largest = 1;
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    jump[i] = jump[node.inputs[0]];
    if (node.op == Op::conv || node.op == Op::change_features) jump[i] *= node.stride;
    if (node.op == Op::subpixel_conv) jump[i] /= 2;
    if (node.op == Op::transposed_conv) jump[i] /= node.stride;
    largest = std::max(largest, jump[i]);
  }
  alignment_ = static_cast<int>(largest);
}

std::int64_t Graph::parameter_count() const {
  std::int64_t sum = 0;
  for (const Parameter& p : parameters_) {
    sum += std::accumulate(p.shape.begin(), p.shape.end(), std::int64_t{1}, std::multiplies<>());
  }
  return sum;
}

int Graph::flat_size(NodeId in) const {
  const Node& root = input_node();
  if (root.height == 0) {
    throw Error(ErrorCode::internal, "dense and reshape need an input of fixed size");
  }
  const Shape shape = shapes(root.height, root.width).at(in);
  return shape.channels * shape.height * shape.width;
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
  std::vector<Shape> result{{root.channels, height, width}};
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    Shape s = result[node.inputs[0]];
    switch (node.op) {
      case Op::conv:
      case Op::change_features:
        s.height = (s.height + node.stride - 1) / node.stride;
        s.width = (s.width + node.stride - 1) / node.stride;
        break;
      case Op::subpixel_conv:
        s.height *= 2;
        s.width *= 2;
        break;
      case Op::transposed_conv:
        s.height *= node.stride;
        s.width *= node.stride;
        break;
      case Op::dense:
        s = {node.channels, 1, 1};
        break;
      case Op::reshape:
        s = {node.channels, node.height, node.width};
        break;
      case Op::add:
        if (result[node.inputs[1]] != s) {
          throw Error(ErrorCode::internal, "graph add of different sizes");
        }
        break;
      case Op::bias_map:
        if (s.height != node.height || s.width != node.width) {
          throw Error(ErrorCode::bad_argument,
                      "network input of " + std::to_string(width) + "x" + std::to_string(height) +
                          " gives " + std::to_string(s.width) + "x" + std::to_string(s.height) +
                          " where " + node.name + " has " + std::to_string(node.width) + "x" +
                          std::to_string(node.height));
        }
        break;
      case Op::input:
      case Op::batch_norm:
      case Op::activation:
      case Op::state:
      case Op::temporal_update:
      case Op::spatial_input:
      case Op::add_innovation:
      case Op::update_state:
        break;
    }
    s.channels = node.channels;
    result.push_back(s);
  }
  return result;
}

double Graph::macs_per_position(int height, int width) const {
  const std::vector<Shape> all = shapes(height, width);
  double macs = 0;
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    const Shape& in = all[node.inputs[0]];
    const Shape& out = all[i];
    const double in_positions = static_cast<double>(in.height) * in.width;
    const double out_positions = static_cast<double>(out.height) * out.width;
    const double kernel = static_cast<double>(node.kernel) * node.kernel;
    if (node.op == Op::conv) macs += out_positions * kernel * in.channels * out.channels;
    if (node.op == Op::subpixel_conv) macs += in_positions * in.channels * 4.0 * out.channels;
    if (node.op == Op::transposed_conv) macs += in_positions * kernel * in.channels * out.channels;
    if (node.op == Op::dense) macs += in_positions * in.channels * out.channels;
  }
  return macs / (static_cast<double>(height) * width);
}

int Graph::receptive_field() const {
  std::vector<Reach> reach(nodes_.size());
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    Reach r = reach[node.inputs[0]];
    switch (node.op) {
      case Op::conv:
        r.extent += (node.kernel - 1) * r.jump;
        r.jump *= node.stride;
        break;
      case Op::subpixel_conv:
        r.jump /= 2;
        break;
      case Op::transposed_conv:
        r.extent += (node.kernel - 1.0) / node.stride * r.jump;
        r.jump /= node.stride;
        break;
      case Op::dense:
        return 0;
      case Op::change_features:
        r.extent += (node.kernel - 1) * r.jump;
        r.jump *= node.stride;
        break;
      case Op::temporal_update: {
        // Bilinear: the two nearest of half the size.
        const Reach& gate = reach[node.inputs[2]];
        r.extent = gate.extent + gate.jump;
        break;
      }
      case Op::add:
      case Op::spatial_input:
      case Op::add_innovation:
      case Op::update_state:
        for (const NodeId id : node.inputs) r.extent = std::max(r.extent, reach[id].extent);
        break;
      case Op::input:
      case Op::batch_norm:
      case Op::reshape:
      case Op::activation:
      case Op::bias_map:
      case Op::state:
        break;
    }
    reach[i] = r;
  }
  return static_cast<int>(reach[output_].extent + 0.999);
}

}  // namespace denoiseae
