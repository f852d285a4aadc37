// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/stages.h"

#include <algorithm>

namespace denoiseae {

namespace {

bool is_elementwise(Op op) { return op == Op::add || op == Op::activation || op == Op::bias_plane; }

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

  std::vector<Stage> run() {
    std::vector<Stage> stages;
    for (NodeId id = 1; id < static_cast<NodeId>(readers_.size()); ++id) {
      if (!taken_[id]) stages.push_back(stage(id));
    }
    // A stage may read, at its end, what follows its head in the graph.
    std::sort(stages.begin(), stages.end(),
              [](const Stage& a, const Stage& b) { return a.value < b.value; });
    return stages;
  }

 private:
  Stage stage(NodeId head) {
    const Node& node = graph_.nodes()[head];
    Stage stage{head, head, {}};
    if (is_elementwise(node.op)) {
      absorb(stage, head, node.inputs[0]);
    } else {
      stage.epilogue.before = node.activation;
    }
    if (!ends_elementwise(node.op)) return stage;
    while (stage.value != graph_.output() && readers_[stage.value].size() == 1) {
      const NodeId next = readers_[stage.value][0];
      if (taken_[next] || !absorb(stage, next, stage.value)) break;
      taken_[next] = true;
      stage.value = next;
    }
    return stage;
  }

  /// Adds an elementwise node that reads the value from to an epilogue, if there is room.
  bool absorb(Stage& stage, NodeId id, NodeId from) const {
    const Node& node = graph_.nodes()[id];
    Epilogue& epilogue = stage.epilogue;
    if (!is_elementwise(node.op) || epilogue.after != Activation::none) return false;
    const bool has_sum = epilogue.addend != kNoNode || epilogue.plane != kNoNode;
    if (node.op == Op::activation) {
      const bool first = !has_sum && epilogue.before == Activation::none;
      (first ? epilogue.before : epilogue.after) = node.activation;
      return true;
    }
    if (has_sum) return false;
    if (node.op == Op::bias_plane) {
      epilogue.plane = id;
    } else {
      epilogue.addend = node.inputs[0] == from ? node.inputs[1] : node.inputs[0];
    }
    epilogue.after = node.activation;
    return true;
  }

  const Graph& graph_;
  std::vector<std::vector<NodeId>> readers_;  ///< of each node
  std::vector<bool> taken_;                   ///< part of a stage that another node heads
};

int divide_up(int a, int b) { return (a + b - 1) / b; }

}  // namespace

std::vector<Stage> fuse(const Graph& graph) { return Fusion(graph).run(); }

Rows rows_read(const Node& node, Rows out, const Shape& in, int input) {
  Rows rows = out;
  const int k = node.kernel;
  const int p = padding_of(node);
  switch (node.op) {
    case Op::conv:
      rows = {out.begin * node.stride - p, (out.end - 1) * node.stride - p + k};
      break;
    case Op::upconv:
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
    case Op::motion_evidence:
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

std::vector<Rows> rows_needed(const Graph& graph, const std::vector<Stage>& stages,
                              const std::vector<Shape>& shapes, Rows output) {
  std::vector<Rows> needed(graph.nodes().size());
  const auto extend = [&](NodeId id, Rows rows) {
    Rows& all = needed[id];
    all = all.count() == 0 ? rows
                           : Rows{std::min(all.begin, rows.begin), std::max(all.end, rows.end)};
  };
  needed[graph.output()] = output;
  if (graph.has_past()) needed[graph.past_output()] = output;
  for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
    const Rows rows = needed[stage->value];
    // A node that nothing of the output reads.
    if (rows.count() == 0) continue;
    each_input(graph, *stage, [&](NodeId id, const Node& reader, int input) {
      extend(id, rows_read(reader, rows, shapes[id], input));
    });
  }
  return needed;
}

}  // namespace denoiseae
