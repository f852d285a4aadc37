// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions of rows by their definition, for tests of the calls that compute them.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/native/convolution.h"
#include "support/call_list.h"
#include "support/networks.h"

namespace denoiseae::test {

/// slope: of leaky_relu.
inline double activate(double x, Activation activation, double slope) {
  if (activation == Activation::sigmoid) return 1 / (1 + std::exp(-x));
  if (activation == Activation::none || x > 0) return x;
  return activation == Activation::relu ? 0 : slope * x;
}

/// A convolution with random constants: weights, then bias, from -0.5 to 0.5.
struct SlowConvolution {
  Window window;
  int inputs = 0;
  std::vector<float> weights;
  std::vector<float> bias;
  std::vector<float> scales;  ///< as Convolution has them

  SlowConvolution(const Window& of, int from, int to, std::uint32_t seed)
      : window(of),
        inputs(from),
        weights(random_picture(static_cast<std::size_t>(from) * to * of.kernel * of.kernel, seed)),
        bias(random_picture(static_cast<std::size_t>(to), seed + 1)) {}

  /// Makes weights and bias multiples of 1 / 256, which bfloat16 holds exactly.
  void round_to_bfloat16() {
    for (std::vector<float>* values : {&weights, &bias})
      for (float& value : *values) value = std::round(256 * value) / 256;
  }
  /// Makes weights whole numbers of 8 bits, which go with scales.
  void round_to_codes() {
    for (float& weight : weights) weight = std::round(weight * 120);
    for (float& b : bias) b = std::round(b * 1000);
    scales.clear();
    for (std::size_t o = 0; o < bias.size(); ++o)
      scales.push_back(1e-4f * static_cast<float>(1 + o % 3));
  }

  Convolution call() const {
    Convolution result{"c", window, [w = weights] { return w; }};
    result.bias = [b = bias](std::size_t /*set*/) { return b; };
    if (!scales.empty()) result.scales = {scales};
    return result;
  }

  /// The scaled sum of one output with its bias, before the activation. in: all rows of the picture
  /// that are read; beyond 0 ... height - 1 there are zeros.
  double sum_at(const CallList& list, const RowBand& in, int height, int y, int x,
                int output) const {
    double sum = bias[output];
    const int k = window.kernel;
    for (int i = 0; i < inputs; ++i)
      for (int ky = 0; ky < k; ++ky)
        for (int kx = 0; kx < k; ++kx) {
          const int from_y = y * window.stride + ky - window.padding;
          const int from_x = x * window.stride + kx - window.padding;
          if (from_y < 0 || from_y >= height || from_x < 0 || from_x >= in.width) continue;
          sum +=
              weights[((output * inputs + i) * k + ky) * k + kx] * list.get(in, from_y, from_x, i);
        }
    return scales.empty() ? sum : sum * scales[output];
  }
};

}  // namespace denoiseae::test
