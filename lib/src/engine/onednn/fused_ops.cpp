// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/fused_ops.h"

#include <algorithm>

namespace denoiseae {

namespace {

bool is_elementwise(Op op) { return op == Op::add || op == Op::activation || op == Op::bias_map; }

/// Whether elementwise operations can follow in the same step.
bool ends_elementwise(Op op) { return op != Op::reshape && !is_temporal(op); }

class Fusion {
 public:
  explicit Fusion(const Graph& graph)
      : graph_(graph), readers_(graph.nodes().size()), taken_(graph.nodes().size(), false) {
    for (NodeId id = 1; id < static_cast<NodeId>(readers_.size()); ++id) {
      for (NodeId in : graph.nodes()[id].inputs) readers_[in].push_back(id);
    }
  }

  std::vector<FusedOp> run() {
    std::vector<FusedOp> fused_ops;
    for (NodeId id = 1; id < static_cast<NodeId>(readers_.size()); ++id) {
      if (!taken_[id]) fused_ops.push_back(fused(id));
    }
    // A fused may read, at its end, what follows its head in the graph.
    std::sort(fused_ops.begin(), fused_ops.end(),
              [](const FusedOp& a, const FusedOp& b) { return a.value < b.value; });
    return fused_ops;
  }

 private:
  FusedOp fused(NodeId head) {
    const Node& node = graph_.nodes()[head];
    FusedOp fused{head, head, {}};
    if (is_elementwise(node.op)) {
      absorb(fused, head, node.inputs[0]);
    } else {
      fused.post_ops.before = node.activation;
    }
    if (!ends_elementwise(node.op)) return fused;
    while (fused.value != graph_.output() && readers_[fused.value].size() == 1) {
      const NodeId next = readers_[fused.value][0];
      if (taken_[next] || !absorb(fused, next, fused.value)) break;
      taken_[next] = true;
      fused.value = next;
    }
    return fused;
  }

  /// Adds an elementwise node that reads the value from to an post_ops, if there is room.
  bool absorb(FusedOp& fused, NodeId id, NodeId from) const {
    const Node& node = graph_.nodes()[id];
    PostOps& post_ops = fused.post_ops;
    if (!is_elementwise(node.op) || post_ops.after != Activation::none) return false;
    const bool has_sum = post_ops.addend != kNoNode || post_ops.plane != kNoNode;
    if (node.op == Op::activation) {
      const bool first = !has_sum && post_ops.before == Activation::none;
      (first ? post_ops.before : post_ops.after) = node.activation;
      return true;
    }
    if (has_sum) return false;
    if (node.op == Op::bias_map) {
      post_ops.plane = id;
    } else {
      post_ops.addend = node.inputs[0] == from ? node.inputs[1] : node.inputs[0];
    }
    post_ops.after = node.activation;
    return true;
  }

  const Graph& graph_;
  std::vector<std::vector<NodeId>> readers_;  ///< of each node
  std::vector<bool> taken_;                   ///< part of a fused that another node heads
};

int divide_up(int a, int b) { return (a + b - 1) / b; }

}  // namespace

std::vector<FusedOp> fuse(const Graph& graph) { return Fusion(graph).run(); }

RowRange rows_read(const Node& node, RowRange out, const Shape& in, int input) {
  RowRange rows = out;
  const int k = node.kernel;
  const int p = padding_of(node);
  switch (node.op) {
    case Op::conv:
      rows = {out.begin * node.stride - p, (out.end - 1) * node.stride - p + k};
      break;
    case Op::subpixel_conv:
      rows = {out.begin / 2, divide_up(out.end, 2)};
      break;
    case Op::transposed_conv:
      // Row y of the input reaches rows stride y - p to stride y - p + k - 1.
      rows = {divide_up(std::max(0, out.begin + p - k + 1), node.stride),
              (out.end - 1 + p) / node.stride + 1};
      break;
    case Op::dense:
    case Op::reshape:
      return {0, in.height};
    case Op::change_features:
      rows = {out.begin * node.stride, out.end * node.stride};
      break;
    case Op::temporal_update:
      // The gate, of half the size: bilinear, so one row more on each side.
      if (input == 2) rows = {out.begin / 2 - 1, divide_up(out.end, 2) + 1};
      break;
    default:
      break;  // row by row
  }
  return {std::max(0, rows.begin), std::min(in.height, rows.end)};
}

std::vector<RowRange> rows_needed(const Graph& graph, const std::vector<FusedOp>& fused_ops,
                                  const std::vector<Shape>& shapes, RowRange output) {
  std::vector<RowRange> needed(graph.nodes().size());
  const auto extend = [&](NodeId id, RowRange rows) {
    RowRange& all = needed[id];
    all = all.count() == 0 ? rows
                           : RowRange{std::min(all.begin, rows.begin), std::max(all.end, rows.end)};
  };
  needed[graph.output()] = output;
  if (graph.has_state()) needed[graph.state_output()] = output;
  for (auto fused = fused_ops.rbegin(); fused != fused_ops.rend(); ++fused) {
    const RowRange rows = needed[fused->value];
    // A node that nothing of the output reads.
    if (rows.count() == 0) continue;
    each_input(graph, *fused, [&](NodeId id, const Node& reader, int input) {
      extend(id, rows_read(reader, rows, shapes[id], input));
    });
  }
  return needed;
}

}  // namespace denoiseae
