// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/analysis.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <string>

#include "net/ops.h"

namespace denoiseae {

namespace {

std::string size_text(int height, int width) {
  return std::to_string(width) + "x" + std::to_string(height);
}

/// The shape that the inputs of a node agree on.
Shape output_shape(const Node& node, const std::vector<Shape>& shapes) {
  const OpInfo& info = op_info(node.op);
  Shape result{};
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    Shape shape = info.inputs[i]->output(node, shapes[node.inputs[i]]);
    shape.channels = node.channels;
    if (i > 0 && shape != result)
      throw Error(ErrorCode::internal, "graph " + std::string(info.name) + " of different sizes");
    result = shape;
  }
  return result;
}

}  // namespace

std::vector<Shape> shapes_of(const std::vector<Node>& nodes, int height, int width) {
  std::vector<Shape> shapes{{nodes.front().channels, height, width}};
  for (std::size_t id = 1; id < nodes.size(); ++id) {
    const Node& node = nodes[id];
    const Shape shape = output_shape(node, shapes);
    if (node.height != 0 && (shape.height != node.height || shape.width != node.width)) {
      throw Error(ErrorCode::bad_argument, "network input of " + size_text(height, width) +
                                               " gives " + size_text(shape.height, shape.width) +
                                               " where " + node.name + " has " +
                                               size_text(node.height, node.width));
    }
    shapes.push_back(shape);
  }
  return shapes;
}

std::vector<Reach> reaches_of(const std::vector<Node>& nodes) {
  std::vector<Reach> reaches(nodes.size());
  for (std::size_t id = 1; id < nodes.size(); ++id) {
    const Node& node = nodes[id];
    const OpInfo& info = op_info(node.op);
    Reach& reach = reaches[id] = info.inputs[0]->reach(node, reaches[node.inputs[0]]);
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
      const Reach other = info.inputs[i]->reach(node, reaches[node.inputs[i]]);
      reach.extent = std::max(reach.extent, other.extent);
    }
  }
  return reaches;
}

int alignment_of(const std::vector<Node>& nodes) {
  double largest = 1;
  for (const Reach& reach : reaches_of(nodes)) largest = std::max(largest, reach.jump);
  return static_cast<int>(largest);
}

double macs_of(const std::vector<Node>& nodes, const std::vector<Shape>& shapes) {
  double macs = 0;
  for (std::size_t id = 1; id < nodes.size(); ++id) {
    const LinearOp* linear = op_info(nodes[id].op).linear;
    if (linear != nullptr) macs += linear->macs(nodes[id], shapes[nodes[id].inputs[0]], shapes[id]);
  }
  return macs;
}

}  // namespace denoiseae
