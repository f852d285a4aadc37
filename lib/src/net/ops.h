// SPDX-License-Identifier: LGPL-2.1-or-later
// THE table of operations. It holds all that shapes, costs, parameters, row tiles, fusion and
// quantisation ask about an operation. Only the engines know how it is computed.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "layout/row_range.h"
#include "net/geometry.h"
#include "net/node.h"

namespace denoiseae {

/// An operation whose output is a sum of products of its weights and its input, plus a bias.
struct LinearOp {
  /// The output channels in the weights, as a multiple of the node's: depth to space makes one
  /// channel of four.
  int groups = 1;
  bool inputs_first = false;  ///< weights are (in, out, ...) instead of (out, in, ...)
  /// Which of a weight's taps multiplies the value at one place of the input for one place of the
  /// output that reads it.
  int (*tap)(const Node&, const Shape& in, Position out, Position at) = nullptr;
  /// Multiplications for one picture.
  double (*macs)(const Node&, const Shape& in, const Shape& out) = nullptr;
};

/// How an operation can join the one before it, so that its values are not stored in between.
enum class PostOp {
  none,        ///< it cannot
  activation,  ///< as an activation
  addend,      ///< as the sum with its other input
  plane,       ///< as the sum with its constant
};

/// The part that an operation plays in a network that computes in 8 bits (net/quantisation_plan.h).
enum class Int8Role {
  unsupported,  ///< networks that hold it have no int8 form
  exact,        ///< reads and returns values that are not quantised
  convolution,  ///< returns quantised values after a relu; reads them with 8-bit weights
  upsampling,   ///< reads quantised values with 8-bit weights, for a sum
  sum,          ///< returns quantised values after a relu
};

struct OpInfo {
  std::string_view name;
  /// How each input lies below the output; null behind the last input.
  std::array<const Geometry*, 3> inputs{};
  /// Names, shapes and initial values; null for operations without parameters. in: shape of the
  /// first input, with height 0 if the graph takes any size. weights: the initial values of the
  /// weights of convolutions and dense layers.
  std::vector<Parameter> (*parameters)(const Node&, const Shape& in, Init weights) = nullptr;
  const LinearOp* linear = nullptr;  ///< null for operations that are not linear
  PostOp post_op = PostOp::none;
  bool takes_post_ops = false;  ///< others may join it
  /// Its value is float32 even where convolutions read and write fewer bits.
  bool is_float32 = false;
  /// Its values are as small as those of frames, so that they may be Fixed16.
  bool fits_fixed16 = false;
  Int8Role int8 = Int8Role::unsupported;

  int input_count() const;
};

const OpInfo& op_info(Op op);

}  // namespace denoiseae
