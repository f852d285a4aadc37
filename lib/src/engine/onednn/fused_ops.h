// SPDX-License-Identifier: LGPL-2.1-or-later
// Which nodes of a graph are computed together, and which rows of each a part of the output needs.
#pragma once

#include <denoiseae/export.h>

#include <vector>

#include "net/graph.h"

namespace denoiseae {

inline constexpr NodeId kNoNode = -1;

/// after(before(x) + addend), applied to each value before it is stored.
struct PostOps {
  Activation before = Activation::none;
  NodeId addend = kNoNode;  ///< the node whose value is added
  NodeId plane = kNoNode;   ///< or the bias_map whose constant is added
  Activation after = Activation::none;
};

/// An operation and the elementwise ones that follow it, in one step.
struct FusedOp {
  NodeId head = 0;   ///< the operation; its first input is what the fused reads
  NodeId value = 0;  ///< the node whose value the fused stores
  PostOps post_ops;
};

/// The fused_ops in an order in which each finds what it reads. The input has none. A head of the
/// kind add, activation or bias_map does nothing but its post_ops.
DAE_API std::vector<FusedOp> fuse(const Graph& graph);

/// RowRange begin ... end - 1.
struct RowRange {
  int begin = 0;
  int end = 0;
  int count() const { return end - begin; }
  bool operator==(const RowRange&) const = default;
};

/// The rows of one of its inputs that an operation reads for some rows of its output. RowRange
/// beyond the edges of the picture, which are padding, are left out. in: the input's shape.
DAE_API RowRange rows_read(const Node& node, RowRange out, const Shape& in, int input = 0);

/// Calls read(id, node, i) for each value that a fused reads: node reads it as its input i, an
/// addend as add does.
template <typename Read>
void each_input(const Graph& graph, const FusedOp& fused, const Read& read) {
  const Node& head = graph.nodes()[fused.head];
  // The second input of add is an addend.
  const int inputs = head.op == Op::add ? 1 : static_cast<int>(head.inputs.size());
  for (int i = 0; i < inputs; ++i) read(head.inputs[i], head, i);
  if (fused.post_ops.addend != kNoNode) {
    static const Node add{Op::add};
    read(fused.post_ops.addend, add, 0);
  }
}

/// For each node with a value, the rows that the fused_ops need so that the output has the given
/// ones; empty for the other nodes. shapes: of all nodes.
std::vector<RowRange> rows_needed(const Graph& graph, const std::vector<FusedOp>& fused_ops,
                                  const std::vector<Shape>& shapes, RowRange output);

}  // namespace denoiseae
