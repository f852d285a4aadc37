// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks with scales for int8, and runs of them by the native engine.
#pragma once

#include <torch/types.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/torch/graph_module.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "layout/tensor_view.h"
#include "net/graph.h"
#include "support/check.h"
#include "support/networks.h"
#include "support/whole_run.h"

namespace denoiseae::test {

inline Picture frame_of(const Graph& graph, int height, int width, std::uint32_t seed) {
  Picture frame =
      random_picture(static_cast<std::size_t>(graph.input_node().channels) * height * width, seed);
  // Noise levels are not negative.
  for (std::size_t i = 0; i < frame.size(); i += kPackedInputChannels) {
    for (int c = kLumaNoiseChannel; c < kPackedInputChannels; ++c)
      frame[i + c] = std::abs(frame[i + c]);
  }
  return frame;
}

inline torch::Tensor tensor_of(Picture& picture, int channels, int height, int width) {
  return torch::from_blob(picture.data(), {1, height, width, channels}).permute({0, 3, 1, 2});
}

/// Scales that just fit what the network computes.
inline Scales fitting_scales(const denoiseae::detail::ModelData& model, int height, int width) {
  torch::NoGradGuard no_grad;
  GraphModule module(model.graph, model.tensors);
  Scales scales;
  module.watch([&](const std::string& name, const torch::Tensor& x, const std::vector<double>&) {
    const float largest = x.abs().max().item<float>();
    ck_assert_float_gt(largest, 0);
    scales[name] = largest / kHighestCode;
  });
  Picture frame = frame_of(model.graph, height, width, 1);
  const torch::Tensor in = tensor_of(frame, kPackedInputChannels, height, width);
  module.step(in, model.graph.has_state() ? GraphModule::no_state(in) : torch::Tensor(), Mode::run);
  return scales;
}

/// A network with random weights and scales that fit them.
inline denoiseae::detail::ModelData int8_model(const Graph& graph, int height, int width,
                                               std::uint32_t seed) {
  denoiseae::detail::ModelData model = level_model(graph, seed);
  model.scale_sets = one_scale_set(fitting_scales(model, height, width));
  return model;
}

inline Picture state_of(int height, int width) {
  Picture state = random_picture(static_cast<std::size_t>(kStateChannels) * height * width, 5);
  for (std::size_t i = kStateVariance; i < state.size(); i += kStateChannels)
    state[i] = 0.1f + std::abs(state[i]);
  return state;
}

inline Picture run(Engine& engine, const denoiseae::detail::ModelData& model, Picture frame,
                   int height, int width) {
  Picture out(static_cast<std::size_t>(kPackedChannels) * height * width);
  const TensorView in{frame.data(), kPackedInputChannels, height, width};
  const TensorView to{out.data(), kPackedChannels, height, width};
  if (!model.graph.has_state()) {
    run_whole(engine, in, to);
    return out;
  }
  Picture before = state_of(height, width);
  Picture after(before.size());
  run_whole(engine, in, to, 1,
            {{before.data(), kStateChannels, height, width},
             {after.data(), kStateChannels, height, width}});
  out.insert(out.end(), after.begin(), after.end());
  return out;
}

/// level: the noise that the engine is told to expect; negative: none.
inline Picture run(const denoiseae::detail::ModelData& model, const Picture& frame, int height,
                   int width, Precision precision, unsigned threads, double level = -1) {
  const auto engine =
      make_engine(model, height, width, {EngineKind::native, precision, "cpu", threads});
  if (level >= 0) engine->expect_noise(level);
  if (threads > 1) ck_assert_uint_gt(engine->threads(), 1);
  return run(*engine, model, frame, height, width);
}

}  // namespace denoiseae::test
