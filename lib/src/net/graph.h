// SPDX-License-Identifier: LGPL-2.1-or-later
// A network as data: a list of operations with named parameters. The engines execute it; nothing
// here computes.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <string>
#include <vector>

namespace denoiseae {

enum class Activation { none, relu, leaky_relu, sigmoid };

/// Every operation that a graph may hold; both engines implement each.
enum class Op {
  input,            ///< one of the graph's inputs
  conv,             ///< square kernel, "same" padding for odd kernels, none for even ones
  subpixel_conv,    ///< 1x1 convolution to 4C channels, then depth to space by 2
  transposed_conv,  ///< square kernel, output size = input size x stride
  batch_norm,       ///< over channels
  dense,            ///< fully connected; input flattened channel by channel
  reshape,          ///< to channels x height x width
  add,              ///< sum of two
  activation,       ///< alone
  bias_map,         ///< adds a constant picture, for one size
  // Along time, see is_temporal:
  state,            ///< state: what the frame before returned for it
  change_features,  ///< how much frame and past differ, at half their size
  temporal_update,  ///< mixes the frame into the past
  spatial_input,    ///< past, frame and the noise that is left
  add_innovation,   ///< frame - past + residual: the noise of the frame
  update_state,     ///< what becomes the past of the next frame
};

/// The operations along time: loops over rows, float32 in, of graphs with a past.
constexpr bool is_temporal(Op op) { return op >= Op::state && op <= Op::update_state; }

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
  int channels = 0;  ///< of the output
  int kernel = 1;
  int stride = 1;
  int height = 0;  ///< reshape, bias_map: of the output
  int width = 0;
  Activation activation = Activation::none;  ///< applied last
  bool operator==(const Node&) const = default;
};

/// Padding that keeps odd kernels centred ("same"); even kernels of their stride need none.
inline int padding_of(const Node& node) { return node.kernel % 2 == 1 ? node.kernel / 2 : 0; }

/// What the values of a parameter start from before training. fan_in: deviation sqrt(1 / (3
/// inputs)), as torch::nn::Conv2d; glorot: sqrt(2 / (inputs + outputs)) (Glorot & Bengio 2010).
enum class Init { fan_in, glorot, zero, one };

struct Parameter {
  std::string name;        ///< "enc1.weight"
  std::vector<int> shape;  ///< as in PyTorch: conv (out, in, k, k), transposed (in, out, k, k)
  Init init = Init::fan_in;
  bool trained = true;  ///< false for the running statistics of batch norm
};

/// A network with one input, one output, and at most one state, the past: what it returns for it at
/// one frame, it reads at the next. Both are at the input's size.
class DAE_API Graph {
 public:
  /// slope: of leaky_relu for negative values. weights: what those of convolutions and dense layers
  /// start from.
  explicit Graph(float slope = 0.01f, Init weights = Init::fan_in)
      : slope_(slope), weights_(weights) {}

  /// height, width: 0 = any multiple of alignment().
  NodeId input(int channels, int height = 0, int width = 0);
  NodeId conv(const std::string& name, NodeId in, int channels, int kernel, int stride,
              Activation activation);
  /// The same of stride 1, whose weights start from 0: for what trained weights may lack.
  NodeId silent_conv(const std::string& name, NodeId in, int channels, int kernel);
  NodeId subpixel_conv(const std::string& name, NodeId in, int channels);
  NodeId transposed_conv(const std::string& name, NodeId in, int channels, int kernel, int stride,
                         Activation activation);
  NodeId batch_norm(const std::string& name, NodeId in);
  NodeId dense(const std::string& name, NodeId in, int outputs, Activation activation);
  NodeId reshape(NodeId in, Shape shape);
  NodeId add(NodeId a, NodeId b, Activation activation);
  NodeId activation(NodeId in, Activation activation);
  /// The graph then takes only inputs that give in this height and width.
  NodeId bias_map(const std::string& name, NodeId in, int height, int width, Activation activation);
  /// The past of the stream: kStateChannels. Before the first frame it is 0 with the variance
  /// kUnknownVariance. Of frame everywhere below: the input, kPackedInputChannels.
  NodeId state();
  /// kChangeChannels at half the size, means over 2x2 positions. d = frame - fused planes in
  /// standard deviations of d, e = frame - picture in those of the frame, s = fused planes -
  /// picture in those of the frame: |d| of luma, |mean of d over 4 x 4 luma samples|, |d| of U and
  /// of V; noise levels of luma and chroma; the share of noise left in the past; luma; |e| of luma,
  /// |mean of e over luma|, |e| of chroma, |mean of s over luma|.
  NodeId change_features(NodeId frame, NodeId state);
  /// The new past. gate: kGateChannels at half the size, 1 = the same thing as before, 0 = forget;
  /// brought to full size bilinearly. With the variance v of the past, the gain is
  /// K = max(1 - gate / (v + 1), kMinGain), fused += K (frame - fused), v = (1 - K)^2 v + K^2:
  /// for gate 1 the Kalman filter of a constant. It starts at K = 1 when v is kUnknownVariance.
  /// What the second gate g lets through of the picture of before: fused + g (picture - fused), all
  /// of fused where v was kUnknownVariance.
  NodeId temporal_update(NodeId frame, NodeId state, NodeId gate);
  /// kSpatialInputChannels: the fused planes and the picture of past, the noise levels left in the
  /// fused planes, the mean of frame - fused over luma, the luma noise level of the frame.
  NodeId spatial_input(NodeId frame, NodeId state);
  /// kPackedChannels: frame - past + residual, the noise in the frame if residual is that in the
  /// past.
  NodeId add_innovation(NodeId frame, NodeId state, NodeId residual);
  /// past with fused - residual as its picture.
  NodeId update_state(NodeId state, NodeId residual);
  /// Says which value becomes the past of the next frame: an update_state.
  void set_state(NodeId id);
  /// Ends the construction: the value that the network returns.
  void set_output(NodeId id);

  const std::vector<Node>& nodes() const { return nodes_; }
  NodeId output() const { return output_; }
  bool has_state() const { return state_output_ >= 0; }
  /// Of graphs that have a past.
  NodeId state_input() const { return state_input_; }
  NodeId state_output() const { return state_output_; }
  float slope() const { return slope_; }
  const Node& input_node() const { return nodes_.front(); }
  int output_channels() const { return nodes_[output_].channels; }

  /// Names and shapes of all parameters, in the order of the nodes. Needs set_output before.
  const std::vector<Parameter>& parameters() const { return parameters_; }
  std::int64_t parameter_count() const;

  /// Shapes of all nodes for an input of height x width. Throws bad_argument when the size does not
  /// fit (not a multiple of alignment, or not the fixed size).
  std::vector<Shape> shapes(int height, int width) const;
  /// Height and width of the input must be multiples of this.
  int alignment() const { return alignment_; }
  /// Multiplications for one position of the input, at an input of the given size.
  double macs_per_position(int height, int width) const;
  /// Positions of the input, along one axis, that reach one position of the output; 0 = all of
  /// them.
  int receptive_field() const;

 private:
  NodeId append(Node node);
  const Node& node(NodeId id) const;
  void add_parameter(const std::string& name, std::vector<int> shape, Init init, bool trained);
  int flat_size(NodeId in) const;

  float slope_;
  Init weights_;
  std::vector<Node> nodes_;
  std::vector<Parameter> parameters_;
  NodeId output_ = -1;
  NodeId state_input_ = -1;
  NodeId state_output_ = -1;
  int alignment_ = 1;
};

}  // namespace denoiseae
