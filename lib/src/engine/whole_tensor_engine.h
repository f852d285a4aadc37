// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "engine/engine.h"
#include "engine/whole_tensors.h"
#include "layout/state_layout.h"

namespace denoiseae {

/// An engine that computes whole tensors: gathers the rows of a source first, and hands all rows to
/// the sink in the end.
class WholeTensorEngine : public Engine {
 public:
  /// height, width: of the network's input.
  WholeTensorEngine(const Graph& graph, int height, int width) : has_state_(graph.has_state()) {
    const Shape out = graph.shapes(height, width)[graph.output()];
    input_.shape = {nullptr, graph.input_node().channels, height, width};
    output_.shape = {nullptr, out.channels, out.height, out.width};
    state_in_.shape = state_out_.shape = {nullptr, kStateChannels, height, width};
    reserve(1);
  }

  void reserve(int pictures) final {
    for (Stack* stack : {&input_, &output_}) stack->reserve(pictures);
    if (!has_state_) return;
    for (Stack* stack : {&state_in_, &state_out_}) stack->reserve(pictures);
  }

  void run(RowSource& source, RowSink& sink, int pictures) final {
    reserve(pictures);
    const TensorView input = input_.view(pictures), output = output_.view(pictures);
    StateView state;
    if (has_state_) state = {state_in_.view(pictures), state_out_.view(pictures)};
    source.read_input(0, input);
    if (has_state_) source.read_state(0, state.in);
    compute(input, output, state, pictures);
    if (has_state_) sink.write_state(0, state.out);
    sink.write_output(0, input, output);
  }

 protected:
  /// From input and state.in to output and state.out: as many pictures, one below the other, as run
  /// was told. state: empty for networks without one.
  virtual void compute(const TensorView& input, const TensorView& output, const StateView& state,
                       int pictures) = 0;
  std::int64_t tensor_bytes() const {
    std::size_t values = 0;
    for (const Stack* stack : {&input_, &output_, &state_in_, &state_out_})
      values += stack->values.size();
    return static_cast<std::int64_t>(values * sizeof(float));
  }

 private:
  /// Pictures of one shape, one below the other.
  struct Stack {
    TensorView shape;  ///< one picture's, without data
    std::vector<float> values;

    void reserve(int pictures) {
      const std::size_t size = shape.size() * static_cast<std::size_t>(pictures);
      if (size > values.size()) values.resize(size);
    }
    TensorView view(int pictures) {
      return {values.data(), shape.channels, pictures * shape.height, shape.width};
    }
  };

  bool has_state_;
  Stack input_;
  Stack output_;
  Stack state_in_;
  Stack state_out_;
};

}  // namespace denoiseae
