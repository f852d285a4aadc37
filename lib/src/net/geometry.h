// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells where the values lie that an operation reads for one value of its output.
#pragma once

#include "layout/row_range.h"
#include "net/node.h"

namespace denoiseae {

/// Row and column of a value.
struct Position {
  int y = 0;
  int x = 0;
};

/// The positions of the graph's input that one position of a value depends on, along one axis.
struct Reach {
  double extent = 1;  ///< the number of input positions; infinite = all of them
  double jump = 1;    ///< input positions between it and its neighbour
};

/// How one input of an operation lies below its output.
struct Geometry {
  /// The output's height and width; the channels are the node's.
  Shape (*output)(const Node&, const Shape& in);
  /// The rows of the input that some rows of the output read; columns likewise. size: how many the
  /// input has. Rows beyond them are padding and left out.
  RowRange (*reads)(const Node&, RowRange out, int size);
  /// The reach of the output through this input.
  Reach (*reach)(const Node&, Reach in);
};

/// Each position reads the one at the same place.
extern const Geometry kPointwise;
/// Each position reads kernel x kernel positions around stride times its place.
extern const Geometry kWindow;
/// The output has twice the size; the 2x2 positions of a block all read the same position.
extern const Geometry kBlocks;
/// The output has stride times the size; each input position adds to kernel x kernel positions.
extern const Geometry kSpread;
/// The output has twice the size; each position is interpolated between the two nearest per axis.
extern const Geometry kBilinear;
/// Each position reads the whole input; the output's size is the node's.
extern const Geometry kWhole;

}  // namespace denoiseae
