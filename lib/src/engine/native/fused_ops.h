// SPDX-License-Identifier: LGPL-2.1-or-later
// Which nodes of a graph are computed together, and which rows of each a part of the output needs.
#pragma once

#include <vector>

#include "layout/row_range.h"
#include "net/graph.h"
#include "net/ops.h"

namespace denoiseae {

inline constexpr NodeId kNoNode = -1;

/// after(before(x) + addend), applied to each value before it is stored.
struct PostOps {
  Activation before = Activation::none;
  NodeId addend = kNoNode;  ///< the node whose value is added
  NodeId plane = kNoNode;   ///< or the bias_map whose constant is added
  Activation after = Activation::none;

  bool has_sum() const { return addend != kNoNode || plane != kNoNode; }
};

/// An operation and those that join it, computed together.
struct FusedOp {
  NodeId head = 0;   ///< the operation that reads the inputs
  NodeId value = 0;  ///< the node whose value is stored
  PostOps post_ops;
  /// The update_state of the same state and residual as the add_innovation at the head. One loop
  /// computes both and hands their rows to the caller; nothing is stored.
  NodeId state_update = kNoNode;
};

/// All nodes but the input, in an order in which each finds what it reads. A head that could itself
/// join another does nothing but its post_ops.
std::vector<FusedOp> fuse(const Graph& graph);

/// The rows of one of its inputs that an operation reads for some rows of its output. Rows beyond
/// the edges of the picture, which are padding, are left out. in: the input's shape.
RowRange rows_read(const Node& node, RowRange out, const Shape& in, int input = 0);

/// Calls read(id, node, i) for each value that a fused operation reads: node reads it as its input
/// i, an addend as add does.
template <typename Read>
void each_input(const Graph& graph, const FusedOp& fused, const Read& read) {
  const Node& head = graph.nodes()[fused.head];
  // The second input of a sum is its addend.
  const bool is_sum = op_info(head.op).post_op == PostOp::addend;
  const int inputs = is_sum ? 1 : static_cast<int>(head.inputs.size());
  for (int i = 0; i < inputs; ++i) read(head.inputs[i], head, i);
  if (fused.post_ops.addend != kNoNode) {
    static const Node add{Op::add};
    read(fused.post_ops.addend, add, 0);
  }
}

/// For each node with a value, the rows that are needed so that the output has the given ones;
/// empty for the other nodes. shapes: of all nodes.
std::vector<RowRange> rows_needed(const Graph& graph, const std::vector<FusedOp>& fused_ops,
                                  const std::vector<Shape>& shapes, RowRange output);

}  // namespace denoiseae
