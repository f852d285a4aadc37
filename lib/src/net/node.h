// SPDX-License-Identifier: LGPL-2.1-or-later
// The elements of a graph: operations by name, nodes, shapes and parameters. net/ops.h says what
// each operation is.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace denoiseae {

enum class Activation { none, relu, leaky_relu, sigmoid };

/// Every operation that a graph may hold. net/ops.h and both engines have a row for each.
enum class Op {
  input,            ///< the picture that the network is given
  conv,             ///< square kernel, "same" padding for odd kernels, none for even ones
  subpixel_conv,    ///< 1x1 convolution to 4C channels, then depth to space by 2
  transposed_conv,  ///< square kernel, output size = input size x stride
  batch_norm,       ///< over channels
  dense,            ///< fully connected; reads its input channel by channel
  reshape,          ///< to channels x height x width
  add,              ///< sum of two
  activation,       ///< an activation by itself
  bias_map,         ///< adds a constant picture, for one size
  state,            ///< the recurrent state, as the frame before returned it
  change_features,  ///< how much the frame and the state differ, at half their size
  temporal_update,  ///< mixes the frame into the state
  spatial_input,    ///< state, frame and the noise that is left
  add_innovation,   ///< frame - state + residual: the noise of the frame
  update_state,     ///< returns the state of the next frame
};

/// Counts up to the last operation. An OpTable with a row beyond it does not compile.
inline constexpr std::size_t kOpCount = static_cast<std::size_t>(Op::update_state) + 1;

/// Added to the variance of batch_norm.
inline constexpr double kBatchNormEpsilon = 1e-5;

/// Channels x height x width of one picture.
struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;
  bool operator==(const Shape&) const = default;
};

using NodeId = int;

struct Node {
  Op op = Op::input;
  std::string name;  ///< prefix of its parameters
  std::vector<NodeId> inputs;
  int channels = 0;  ///< the output's
  int kernel = 1;
  int stride = 1;
  int height = 0;  ///< the output's, if the node has one size only; else 0
  int width = 0;
  Activation activation = Activation::none;  ///< applied last
  bool operator==(const Node&) const = default;
};

/// Padding that keeps odd kernels centred ("same"); even kernels of their stride need none.
inline int padding_of(const Node& node) { return node.kernel % 2 == 1 ? node.kernel / 2 : 0; }

/// The values of a parameter before training. fan_in: normally distributed with the deviation
/// sqrt(1 / (3 inputs)), as in torch::nn::Conv2d; glorot: with the deviation sqrt(2 / (inputs +
/// outputs)) (Glorot & Bengio 2010).
enum class Init { fan_in, glorot, zero, one };

struct Parameter {
  std::string name;        ///< "enc1.weight"
  std::vector<int> shape;  ///< as in PyTorch: conv (out, in, k, k), transposed (in, out, k, k)
  Init init = Init::fan_in;
  int fan_in = 0;       ///< only for weights: the number of products that an output value sums up
  bool trained = true;  ///< false for the running statistics of batch norm
};

}  // namespace denoiseae
