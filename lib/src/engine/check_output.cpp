// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/check_output.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/whole_tensors.h"
#include "layout/round_up.h"
#include "layout/state_layout.h"

namespace denoiseae {

namespace {

/// Networks of any size are checked on pictures of about this size, which the smallest of their
/// layers still see as more than one position in most cases, and which take no time.
constexpr int kCheckedSize = 16;

/// A tensor and its memory.
struct OwnedTensor {
  std::vector<float> values;
  TensorView view;

  explicit OwnedTensor(const Shape& shape)
      : view{nullptr, shape.channels, shape.height, shape.width} {
    values.resize(view.size());
    view.data = values.data();
  }
  bool is_finite() const {
    return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
  }
};

/// Fills the picture with numbers from 0 to 0.5. Samples may be negative, but noise levels may not.
void fill_with_noise(std::vector<float>& values) {
  std::uint32_t state = 1;
  for (float& value : values) {
    state = state * 1664525u + 1013904223u;
    value = std::abs(static_cast<float>(state >> 8) / 16777216.0f - 0.5f);
  }
}

void check_network(const detail::ModelData& network, const EngineOptions& options,
                   const std::string& file) {
  const Graph& graph = network.graph;
  const Node& root = graph.input_node();
  const int size = round_up(kCheckedSize, graph.alignment());
  const int height = root.height != 0 ? root.height : size;
  const int width = root.width != 0 ? root.width : size;

  const auto engine = make_engine(network, height, width, options);
  OwnedTensor input({root.channels, height, width});
  OwnedTensor output(graph.shapes(height, width)[graph.output()]);
  const Shape state_shape{graph.has_state() ? kStateChannels : 0, height, width};
  OwnedTensor state(state_shape), next(state_shape);
  for (std::size_t i = kStateVariance; i < state.values.size(); i += kStateChannels)
    state.values[i] = kUnknownVariance;

  for (const char* picture : {"zeros", "noise"}) {
    WholeTensors whole(input.view, output.view, {state.view, next.view});
    engine->run(whole, whole);
    if (!output.is_finite() || !next.is_finite()) {
      throw Error(ErrorCode::corrupt,
                  file + ": the result of the network for a picture of " + picture +
                      " is not finite: its weights are so large that sums overflow; train it "
                      "again or use other weights");
    }
    std::swap(state.values, next.values);
    state.view.data = state.values.data();
    next.view.data = next.values.data();
    fill_with_noise(input.values);
  }
}

}  // namespace

void check_output(const detail::ModelData& model, const EngineOptions& options) {
  if (*model.is_finite) return;
  EngineOptions exact = options;
  exact.precision = Precision::float32;
  exact.threads = 1;
  const std::string file = model.info.path.string();
  check_network(model, exact, file);
  if (model.noise_map) check_network(*model.noise_map, exact, file);
  *model.is_finite = true;
}

}  // namespace denoiseae
