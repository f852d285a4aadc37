// SPDX-License-Identifier: LGPL-2.1-or-later
// A network as data: a list of operations with named parameters. The engines execute it; nothing
// here computes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/node.h"
#include "net/quantisation_plan.h"

namespace denoiseae {

/// A network with one input, one output, and at most one recurrent state: what it returns for the
/// state at one frame, it reads at the next. Both are at the input's size.
class Graph {
 public:
  /// slope: of leaky_relu for negative values. weights: what those of convolutions and dense layers
  /// start from.
  explicit Graph(float slope = 0.01f, Init weights = Init::fan_in)
      : slope_(slope), weights_(weights) {}

  /// height, width: 0 = any multiple of alignment().
  NodeId input(int channels, int height = 0, int width = 0);
  NodeId conv(const std::string& name, NodeId in, int channels, int kernel, int stride,
              Activation activation);
  /// A convolution of stride 1 whose weights start from 0, for what trained weights may lack.
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
  /// The recurrent state of the stream: kStateChannels. Before the first frame it is 0 with the
  /// variance kUnknownVariance. Everywhere below, frame is the input, kPackedInputChannels.
  NodeId state();
  /// kChangeChannels at half the size, means over 2x2 positions. d = frame - fused planes in
  /// standard deviations of d, e = frame - picture in those of the frame, s = fused planes -
  /// picture in those of the frame: |d| of luma, |mean of d over 4 x 4 luma samples|, |d| of U and
  /// of V; noise levels of luma and chroma; the share of noise left in the state; luma; |e| of
  /// luma, |mean of e over luma|, |e| of chroma, |mean of s over luma|.
  NodeId change_features(NodeId frame, NodeId state);
  /// The state with the frame mixed in. gate: kGateChannels at half the size, 1 = the same thing as
  /// before, 0 = forget; brought to full size bilinearly. With the variance v of the state, the
  /// gain is K = max(1 - gate / (v + 1), kMinGain), fused += K (frame - fused), v = (1 - K)^2 v +
  /// K^2: for gate 1 the Kalman filter of a constant. It starts at K = 1 when v is
  /// kUnknownVariance. The second gate g lets the picture of before through: fused + g (picture -
  /// fused), but all of fused where v was kUnknownVariance.
  NodeId temporal_update(NodeId frame, NodeId state, NodeId gate);
  /// kSpatialInputChannels: the fused planes and the picture of the state, the noise levels left in
  /// the fused planes, the mean of frame - fused over luma, the luma noise level of the frame.
  NodeId spatial_input(NodeId frame, NodeId state);
  /// kPackedChannels: frame - state + residual, the noise in the frame if residual is that in the
  /// state.
  NodeId add_innovation(NodeId frame, NodeId state, NodeId residual);
  /// The state with fused - residual as its picture.
  NodeId update_state(NodeId state, NodeId residual);
  /// Appends any node; its parameters follow from net/ops.h. weights: where those start. The
  /// functions above call this.
  NodeId append(Node node, Init weights);
  NodeId append(Node node) { return append(std::move(node), weights_); }
  /// Says which value becomes the state of the next frame: an update_state.
  void set_state(NodeId id);
  /// Ends the construction: the value that the network returns.
  void set_output(NodeId id);

  const std::vector<Node>& nodes() const { return nodes_; }
  NodeId output() const { return output_; }
  bool has_state() const { return state_output_ >= 0; }
  /// Only for graphs that have a state.
  NodeId state_input() const { return state_input_; }
  NodeId state_output() const { return state_output_; }
  float slope() const { return slope_; }
  const Node& input_node() const { return nodes_.front(); }
  int output_channels() const { return nodes_[output_].channels; }

  /// Names and shapes of all parameters, in the order of the nodes.
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
  /// Which values int8 engines hold in 8 bits.
  const QuantisationPlan& quantisation() const { return quantisation_; }

 private:
  const Node& node(NodeId id) const;
  Shape known_shape(NodeId id) const;

  float slope_;
  Init weights_;
  std::vector<Node> nodes_;
  std::vector<Parameter> parameters_;
  NodeId output_ = -1;
  NodeId state_input_ = -1;
  NodeId state_output_ = -1;
  // These follow from the nodes and are known once the output is set.
  int alignment_ = 1;
  QuantisationPlan quantisation_;
};

}  // namespace denoiseae
