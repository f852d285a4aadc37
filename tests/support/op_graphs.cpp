// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/op_graphs.h"

#include <utility>

#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "net/op_table.h"

namespace denoiseae::test {

namespace {

using Graphs = std::vector<OpGraph>;

constexpr Activation kActivations[] = {Activation::none, Activation::relu, Activation::leaky_relu,
                                       Activation::sigmoid};

/// A graph for each activation. build appends to a graph and returns the output.
template <typename Build>
Graphs with_activations(int height, int width, const Build& build) {
  Graphs result;
  for (const Activation activation : kActivations) {
    Graph g(0.2f);
    g.set_output(build(g, activation));
    result.push_back({std::move(g), height, width});
  }
  return result;
}

void append(Graphs& all, Graphs more) {
  for (OpGraph& graph : more) all.push_back(std::move(graph));
}

Graphs input_graphs() {
  return with_activations(
      5, 7, [](Graph& g, Activation activation) { return g.activation(g.input(3), activation); });
}

Graphs conv_graphs() {
  Graphs result;
  for (const auto& [kernel, stride] : {std::pair{1, 1}, {3, 1}, {5, 1}, {3, 2}, {2, 2}}) {
    append(result, with_activations(
                       6, 10, [kernel = kernel, stride = stride](Graph& g, Activation activation) {
                         return g.conv("c", g.input(3), 5, kernel, stride, activation);
                       }));
  }
  return result;
}

Graphs subpixel_conv_graphs() {
  Graphs result = with_activations(3, 5, [](Graph& g, Activation activation) {
    return g.activation(g.subpixel_conv("u", g.input(4), 3), activation);
  });
  append(result, with_activations(6, 10, [](Graph& g, Activation activation) {
           const NodeId in = g.input(3);
           const NodeId down = g.conv("down", in, 8, 2, 2, activation);
           return g.add(g.subpixel_conv("up", down, 3), in, activation);
         }));
  return result;
}

Graphs transposed_conv_graphs() {
  Graphs result;
  for (const auto& [kernel, stride] : {std::pair{3, 2}, {3, 1}, {5, 2}, {3, 4}}) {
    append(result, with_activations(
                       5, 4, [kernel = kernel, stride = stride](Graph& g, Activation activation) {
                         return g.transposed_conv("t", g.input(3), 5, kernel, stride, activation);
                       }));
  }
  return result;
}

/// One that stays, and one that the convolution behind it takes over.
Graphs batch_norm_graphs() {
  Graphs result = with_activations(3, 5, [](Graph& g, Activation activation) {
    return g.activation(g.batch_norm("b", g.input(4)), activation);
  });
  append(result, with_activations(3, 5, [](Graph& g, Activation activation) {
           return g.conv("c", g.batch_norm("b", g.input(4)), 3, 3, 1, activation);
         }));
  return result;
}

Graphs dense_graphs() {
  return with_activations(4, 6, [](Graph& g, Activation activation) {
    return g.dense("d", g.input(2, 4, 6), 25, activation);
  });
}

Graphs reshape_graphs() {
  return with_activations(4, 6, [](Graph& g, Activation activation) {
    return g.reshape(g.activation(g.input(5, 4, 6), activation), {6, 10, 2});
  });
}

/// Sums by themselves, at the end of a convolution, and of a value that only comes after it.
Graphs add_graphs() {
  Graphs result = with_activations(5, 7, [](Graph& g, Activation activation) {
    const NodeId in = g.input(3);
    return g.add(in, in, activation);
  });
  append(result, with_activations(5, 7, [](Graph& g, Activation activation) {
           const NodeId in = g.input(3);
           return g.add(g.activation(in, activation), g.conv("c", in, 3, 3, 1, Activation::none),
                        activation);
         }));
  append(result, with_activations(5, 7, [](Graph& g, Activation activation) {
           const NodeId in = g.input(3);
           const NodeId first = g.conv("c1", in, 5, 3, 1, activation);
           const NodeId second = g.transposed_conv("c2", in, 5, 3, 1, activation);
           return g.add(first, g.add(second, second, activation), activation);
         }));
  return result;
}

Graphs activation_graphs() {
  return with_activations(5, 7, [](Graph& g, Activation activation) {
    return g.activation(g.conv("c", g.input(3), 5, 3, 1, Activation::leaky_relu), activation);
  });
}

Graphs bias_map_graphs() {
  Graphs result = with_activations(4, 6, [](Graph& g, Activation activation) {
    return g.bias_map("p", g.conv("c", g.input(3), 5, 3, 1, Activation::none), 4, 6, activation);
  });
  append(result, with_activations(4, 6, [](Graph& g, Activation activation) {
           return g.bias_map("p", g.input(3), 4, 6, activation);
         }));
  return result;
}

/// A graph with a state. build gets the graph, frame and state, and returns a residual.
template <typename Build>
OpGraph recurrent(const Build& build) {
  Graph g(0.2f);
  const NodeId frame = g.input(kPackedInputChannels);
  const NodeId state = g.state();
  const NodeId residual = build(g, frame, state);
  g.set_state(g.update_state(state, residual));
  g.set_output(g.add_innovation(frame, state, residual));
  return {std::move(g), 6, 10};
}

NodeId six_channels(Graph& g, const char* name, NodeId in) {
  return g.conv(name, in, kPackedChannels, 3, 1, Activation::none);
}

NodeId gates(Graph& g, NodeId frame) {
  return g.conv("gate", frame, kGateChannels, 2, 2, Activation::sigmoid);
}

Graphs state_graphs() {
  return {recurrent([](Graph& g, NodeId, NodeId state) { return six_channels(g, "c", state); })};
}

Graphs change_features_graphs() {
  return {recurrent([](Graph& g, NodeId frame, NodeId state) {
    return g.subpixel_conv("up", g.change_features(frame, state), kPackedChannels);
  })};
}

Graphs temporal_update_graphs() {
  return {recurrent([](Graph& g, NodeId frame, NodeId state) {
    return six_channels(g, "c", g.temporal_update(frame, state, gates(g, frame)));
  })};
}

Graphs spatial_input_graphs() {
  return {recurrent([](Graph& g, NodeId frame, NodeId state) {
    return six_channels(g, "c", g.spatial_input(frame, state));
  })};
}

/// Both, with the same inputs, with different states, and with different residuals.
Graphs innovation_graphs() {
  Graphs result{
      recurrent([](Graph& g, NodeId frame, NodeId) { return six_channels(g, "c", frame); })};
  for (const bool same_state : {false, true}) {
    Graph g;
    const NodeId frame = g.input(kPackedInputChannels);
    const NodeId state = g.state();
    const NodeId residual = six_channels(g, "c", frame);
    const NodeId other_state = g.temporal_update(frame, state, gates(g, frame));
    const NodeId other_residual = six_channels(g, "other", state);
    g.set_state(
        g.update_state(same_state ? state : other_state, same_state ? other_residual : residual));
    g.set_output(g.add_innovation(frame, state, residual));
    result.push_back({std::move(g), 6, 10});
  }
  return result;
}

constexpr OpTable<Graphs (*)()> kGraphs = {
    {Op::input, input_graphs},
    {Op::conv, conv_graphs},
    {Op::subpixel_conv, subpixel_conv_graphs},
    {Op::transposed_conv, transposed_conv_graphs},
    {Op::batch_norm, batch_norm_graphs},
    {Op::dense, dense_graphs},
    {Op::reshape, reshape_graphs},
    {Op::add, add_graphs},
    {Op::activation, activation_graphs},
    {Op::bias_map, bias_map_graphs},
    {Op::state, state_graphs},
    {Op::change_features, change_features_graphs},
    {Op::temporal_update, temporal_update_graphs},
    {Op::spatial_input, spatial_input_graphs},
    {Op::add_innovation, innovation_graphs},
    {Op::update_state, innovation_graphs},
};

}  // namespace

std::vector<OpGraph> graphs_with(Op op) { return kGraphs[op](); }

}  // namespace denoiseae::test
