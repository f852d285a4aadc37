// SPDX-License-Identifier: LGPL-2.1-or-later
// Functions that the benchmarks of networks share.
#pragma once

#include <denoiseae/error.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "layout/tensor_view.h"
#include "model/model_data.h"

namespace denoiseae::bench {

inline double milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

struct FrameSize {
  int width = 0;
  int height = 0;
};

/// Reads WIDTHxHEIGHT. Throws bad_argument.
inline FrameSize frame_size_of(const std::string& text) {
  FrameSize size;
  if (std::sscanf(text.c_str(), "%dx%d", &size.width, &size.height) != 2 || size.width < 1 ||
      size.height < 1) {
    throw Error(ErrorCode::bad_argument, "size \"" + text + "\", expected something like 1280x720");
  }
  return size;
}

/// Returns the multiplications of the network for an input, in units of 1e9. Tiles are to cover the
/// input of a network of fixed size.
inline double gmacs_of(const Graph& graph, const TensorView& input) {
  const Node& fixed = graph.input_node();
  const double macs = fixed.height != 0 ? graph.macs_per_position(fixed.height, fixed.width)
                                        : graph.macs_per_position(input.height, input.width);
  return macs * input.height * input.width * 1e-9;
}

}  // namespace denoiseae::bench
