// SPDX-License-Identifier: LGPL-2.1-or-later
// Which nodes of a graph are computed together, and which rows of each a part of the output needs.
#pragma once

#include <denoiseae/export.h>

#include <vector>

#include "net/graph.h"

namespace denoiseae {

inline constexpr NodeId kNoNode = -1;

/// after(before(x) + addend), applied to each value before it is stored.
struct Epilogue {
  Activation before = Activation::none;
  NodeId addend = kNoNode;  ///< the node whose value is added
  NodeId plane = kNoNode;   ///< or the bias_plane whose constant is added
  Activation after = Activation::none;
};

/// An operation and the elementwise ones that follow it, in one step.
struct Stage {
  NodeId head = 0;   ///< the operation; its first input is what the stage reads
  NodeId value = 0;  ///< the node whose value the stage stores
  Epilogue epilogue;
};

/// The stages in an order in which each finds what it reads. The input has none. A head of the kind
/// add, activation or bias_plane does nothing but its epilogue.
DAE_API std::vector<Stage> fuse(const Graph& graph);

/// Rows begin ... end - 1.
struct Rows {
  int begin = 0;
  int end = 0;
  int count() const { return end - begin; }
  bool operator==(const Rows&) const = default;
};

/// The rows of one of its inputs that an operation reads for some rows of its output. Rows beyond
/// the edges of the picture, which are padding, are left out. in: the input's shape.
DAE_API Rows rows_read(const Node& node, Rows out, const Shape& in, int input = 0);

/// Calls read(id, node, i) for each value that a stage reads: node reads it as its input i, an
/// addend as add does.
template <typename Read>
void each_input(const Graph& graph, const Stage& stage, const Read& read) {
  const Node& head = graph.nodes()[stage.head];
  // The second input of add is an addend.
  const int inputs = head.op == Op::add ? 1 : static_cast<int>(head.inputs.size());
  for (int i = 0; i < inputs; ++i) read(head.inputs[i], head, i);
  if (stage.epilogue.addend != kNoNode) {
    static const Node add{Op::add};
    read(stage.epilogue.addend, add, 0);
  }
}

/// For each node with a value, the rows that the stages need so that the output has the given ones;
/// empty for the other nodes. shapes: of all nodes.
std::vector<Rows> rows_needed(const Graph& graph, const std::vector<Stage>& stages,
                              const std::vector<Shape>& shapes, Rows output);

}  // namespace denoiseae
