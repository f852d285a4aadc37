// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/geometry.h"

#include <algorithm>
#include <limits>

namespace denoiseae {

namespace {

int divide_up(int a, int b) { return (a + b - 1) / b; }

RowRange inside(RowRange rows, int size) {
  return {std::max(0, rows.begin), std::min(size, rows.end)};
}

Shape same_size(const Node&, const Shape& in) { return in; }
RowRange same_rows(const Node&, RowRange out, int size) { return inside(out, size); }
Reach same_reach(const Node&, Reach in) { return in; }

Shape window_size(const Node& node, const Shape& in) {
  return {in.channels, divide_up(in.height, node.stride), divide_up(in.width, node.stride)};
}

RowRange window_rows(const Node& node, RowRange out, int size) {
  const int padding = padding_of(node);
  return inside(
      {out.begin * node.stride - padding, (out.end - 1) * node.stride - padding + node.kernel},
      size);
}

Reach window_reach(const Node& node, Reach in) {
  return {in.extent + (node.kernel - 1) * in.jump, in.jump * node.stride};
}

Shape twice_the_size(const Node&, const Shape& in) {
  return {in.channels, 2 * in.height, 2 * in.width};
}

RowRange block_rows(const Node&, RowRange out, int size) {
  return inside({out.begin / 2, divide_up(out.end, 2)}, size);
}

Reach block_reach(const Node&, Reach in) { return {in.extent, in.jump / 2}; }

Shape spread_size(const Node& node, const Shape& in) {
  return {in.channels, in.height * node.stride, in.width * node.stride};
}

/// Row y of the input reaches the rows stride y - padding ... stride y - padding + kernel - 1.
RowRange spread_rows(const Node& node, RowRange out, int size) {
  const int padding = padding_of(node);
  return inside({divide_up(std::max(0, out.begin + padding - node.kernel + 1), node.stride),
                 (out.end - 1 + padding) / node.stride + 1},
                size);
}

Reach spread_reach(const Node& node, Reach in) {
  return {in.extent + (node.kernel - 1.0) / node.stride * in.jump, in.jump / node.stride};
}

RowRange bilinear_rows(const Node&, RowRange out, int size) {
  return inside({out.begin / 2 - 1, divide_up(out.end, 2) + 1}, size);
}

Reach bilinear_reach(const Node&, Reach in) { return {in.extent + in.jump, in.jump / 2}; }

Shape node_size(const Node& node, const Shape& in) {
  return {in.channels, node.height, node.width};
}
RowRange all_rows(const Node&, RowRange, int size) { return {0, size}; }
Reach whole_reach(const Node&, Reach in) {
  return {std::numeric_limits<double>::infinity(), in.jump};
}

}  // namespace

constinit const Geometry kPointwise{same_size, same_rows, same_reach};
constinit const Geometry kWindow{window_size, window_rows, window_reach};
constinit const Geometry kBlocks{twice_the_size, block_rows, block_reach};
constinit const Geometry kSpread{spread_size, spread_rows, spread_reach};
constinit const Geometry kBilinear{twice_the_size, bilinear_rows, bilinear_reach};
constinit const Geometry kWhole{node_size, all_rows, whole_reach};

}  // namespace denoiseae
