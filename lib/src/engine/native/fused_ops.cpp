// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/fused_ops.h"

#include <algorithm>

namespace denoiseae {

namespace {

bool can_join(const Node& node) { return op_info(node.op).post_op != PostOp::none; }

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
    join_state_update(fused_ops);
    // An addend may follow the head in the graph.
    std::sort(fused_ops.begin(), fused_ops.end(),
              [](const FusedOp& a, const FusedOp& b) { return a.value < b.value; });
    return fused_ops;
  }

 private:
  FusedOp fused(NodeId head) {
    const Node& node = graph_.nodes()[head];
    FusedOp fused{head, head, {}};
    if (can_join(node)) {
      absorb(fused, head, node.inputs[0]);
    } else {
      fused.post_ops.before = node.activation;
    }
    if (!op_info(node.op).takes_post_ops) return fused;
    while (fused.value != graph_.output() && readers_[fused.value].size() == 1) {
      const NodeId next = readers_[fused.value][0];
      if (taken_[next] || !absorb(fused, next, fused.value)) break;
      taken_[next] = true;
      fused.value = next;
    }
    return fused;
  }

  /// Lets a node that reads the value `from` join, if it can and there is room.
  bool absorb(FusedOp& fused, NodeId id, NodeId from) const {
    const Node& node = graph_.nodes()[id];
    PostOps& post_ops = fused.post_ops;
    if (post_ops.after != Activation::none) return false;
    switch (op_info(node.op).post_op) {
      case PostOp::none:
        return false;
      case PostOp::activation: {
        const bool first = !post_ops.has_sum() && post_ops.before == Activation::none;
        (first ? post_ops.before : post_ops.after) = node.activation;
        return true;
      }
      case PostOp::plane:
        if (post_ops.has_sum()) return false;
        post_ops.plane = id;
        break;
      case PostOp::addend:
        if (post_ops.has_sum()) return false;
        post_ops.addend = node.inputs[0] == from ? node.inputs[1] : node.inputs[0];
        break;
    }
    post_ops.after = node.activation;
    return true;
  }

  /// Joins the two operations at the end of a recurrent network, which return the output and the
  /// next state, if they are an add_innovation of the frame and an update_state with the same
  /// inputs and nothing else reads them.
  void join_state_update(std::vector<FusedOp>& fused_ops) const {
    if (!graph_.has_state()) return;
    const NodeId output = graph_.output();
    const NodeId update = graph_.state_output();
    const std::vector<NodeId>& inputs = graph_.nodes()[output].inputs;
    const std::vector<NodeId>& state_inputs = graph_.nodes()[update].inputs;
    const bool fits = graph_.nodes()[output].op == Op::add_innovation && inputs[0] == 0 &&
                      inputs[1] == state_inputs[0] && inputs[2] == state_inputs[1] &&
                      readers_[output].empty() && readers_[update].empty();
    if (!fits) return;
    std::erase_if(fused_ops, [&](const FusedOp& fused) { return fused.head == update; });
    for (FusedOp& fused : fused_ops) {
      if (fused.head == output) fused.state_update = update;
    }
  }

  const Graph& graph_;
  std::vector<std::vector<NodeId>> readers_;  ///< for each node
  std::vector<bool> taken_;                   ///< whether a node has joined another
};

}  // namespace

std::vector<FusedOp> fuse(const Graph& graph) { return Fusion(graph).run(); }

RowRange rows_read(const Node& node, RowRange out, const Shape& in, int input) {
  return op_info(node.op).inputs[input]->reads(node, out, in.height);
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
    // Nothing of the output needs it.
    if (rows.count() == 0) continue;
    each_input(graph, *fused, [&](NodeId id, const Node& reader, int input) {
      extend(id, rows_read(reader, rows, shapes[id], input));
    });
  }
  return needed;
}

}  // namespace denoiseae
