// SPDX-License-Identifier: LGPL-2.1-or-later
// A graph computed by the definitions of its operations, in double precision, one value at a time.
// It has a function for each operation, and no number of it comes from the engines or net/ops.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "net/graph.h"
#include "net/tensor.h"

namespace denoiseae::test {

/// Channels x height x width.
struct SlowPicture {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::vector<double> values;

  SlowPicture(int c, int h, int w)
      : channels(c), height(h), width(w), values(static_cast<std::size_t>(c) * h * w) {}
  double& at(int c, int y, int x) {
    return values[(static_cast<std::size_t>(c) * height + y) * width + x];
  }
  /// Zero outside, which is how convolutions are padded.
  double get(int c, int y, int x) const {
    if (y < 0 || x < 0 || y >= height || x >= width) return 0;
    return values[(static_cast<std::size_t>(c) * height + y) * width + x];
  }
};

/// state: only for graphs that have one; the next state is written back.
SlowPicture run_slowly(const Graph& graph, const std::map<std::string, Tensor>& tensors,
                       const SlowPicture& input, SlowPicture* state = nullptr);

/// Random values for every parameter of a graph; variances are positive.
std::map<std::string, Tensor> random_tensors(const Graph& graph, std::uint32_t seed);

}  // namespace denoiseae::test
