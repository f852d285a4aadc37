// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/slow_graph.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <stdexcept>

#include "net/op_table.h"

namespace denoiseae::test {

namespace {

double activate(double x, Activation activation, double slope) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return x > 0 ? x : 0;
    case Activation::leaky_relu:
      return x > 0 ? x : slope * x;
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
  }
  throw std::logic_error("activation");
}

/// One operation with the values that it may read.
struct SlowArguments {
  const Node& node;
  const std::vector<SlowPicture>& values;  ///< the values of the nodes before it
  const std::map<std::string, Tensor>& tensors;
  const SlowPicture& frame;
  const SlowPicture* state;

  const SlowPicture& input(int i) const { return values[node.inputs[i]]; }
  const Tensor& tensor(const char* suffix) const { return tensors.at(node.name + suffix); }
};

SlowPicture input(const SlowArguments& op) { return op.frame; }

SlowPicture state(const SlowArguments& op) { return *op.state; }

SlowPicture conv(const SlowArguments& op) {
  const Node& node = op.node;
  const SlowPicture& in = op.input(0);
  const Tensor& weight = op.tensor(".weight");
  const Tensor& bias = op.tensor(".bias");
  const int k = node.kernel;
  const int pad = k % 2 == 1 ? k / 2 : 0;
  SlowPicture out(node.channels, (in.height + node.stride - 1) / node.stride,
                  (in.width + node.stride - 1) / node.stride);
  for (int o = 0; o < out.channels; ++o)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) {
        double sum = bias.values[o];
        for (int i = 0; i < in.channels; ++i)
          for (int ky = 0; ky < k; ++ky)
            for (int kx = 0; kx < k; ++kx)
              sum += weight.values[((o * in.channels + i) * k + ky) * k + kx] *
                     in.get(i, y * node.stride + ky - pad, x * node.stride + kx - pad);
        out.at(o, y, x) = sum;
      }
  return out;
}

/// Every input value spreads the kernel over the output.
SlowPicture transposed_conv(const SlowArguments& op) {
  const Node& node = op.node;
  const SlowPicture& in = op.input(0);
  const Tensor& weight = op.tensor(".weight");
  const Tensor& bias = op.tensor(".bias");
  const int k = node.kernel;
  const int pad = k / 2;
  SlowPicture out(node.channels, in.height * node.stride, in.width * node.stride);
  for (int o = 0; o < out.channels; ++o)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) out.at(o, y, x) = bias.values[o];
  for (int i = 0; i < in.channels; ++i)
    for (int y = 0; y < in.height; ++y)
      for (int x = 0; x < in.width; ++x)
        for (int o = 0; o < out.channels; ++o)
          for (int ky = 0; ky < k; ++ky)
            for (int kx = 0; kx < k; ++kx) {
              const int oy = y * node.stride + ky - pad;
              const int ox = x * node.stride + kx - pad;
              if (oy < 0 || ox < 0 || oy >= out.height || ox >= out.width) continue;
              out.at(o, oy, ox) +=
                  in.get(i, y, x) * weight.values[((i * out.channels + o) * k + ky) * k + kx];
            }
  return out;
}

SlowPicture subpixel_conv(const SlowArguments& op) {
  const Node& node = op.node;
  const SlowPicture& in = op.input(0);
  const Tensor& weight = op.tensor(".weight");
  const Tensor& bias = op.tensor(".bias");
  SlowPicture out(node.channels, 2 * in.height, 2 * in.width);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      for (int c = 0; c < out.channels; ++c) {
        const int from = ((y % 2) * 2 + x % 2) * out.channels + c;
        double sum = bias.values[from];
        for (int i = 0; i < in.channels; ++i)
          sum += weight.values[from * in.channels + i] * in.get(i, y / 2, x / 2);
        out.at(c, y, x) = sum;
      }
  return out;
}

SlowPicture batch_norm(const SlowArguments& op) {
  SlowPicture out = op.input(0);
  for (int c = 0; c < out.channels; ++c)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x)
        out.at(c, y, x) = (out.at(c, y, x) - op.tensor(".running_mean").values[c]) /
                              std::sqrt(op.tensor(".running_var").values[c] + 1e-5) *
                              op.tensor(".weight").values[c] +
                          op.tensor(".bias").values[c];
  return out;
}

SlowPicture dense(const SlowArguments& op) {
  const Node& node = op.node;
  const SlowPicture& in = op.input(0);
  const Tensor& weight = op.tensor(".weight");
  const Tensor& bias = op.tensor(".bias");
  SlowPicture out(node.channels, 1, 1);
  for (int o = 0; o < out.channels; ++o) {
    out.values[o] = bias.values[o];
    for (std::size_t i = 0; i < in.values.size(); ++i)
      out.values[o] += weight.values[o * in.values.size() + i] * in.values[i];
  }
  return out;
}

SlowPicture reshape(const SlowArguments& op) {
  SlowPicture out(op.node.channels, op.node.height, op.node.width);
  out.values = op.input(0).values;
  return out;
}

SlowPicture add(const SlowArguments& op) {
  SlowPicture out = op.input(0);
  for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] += op.input(1).values[i];
  return out;
}

/// Every operation ends with its activation; this one is nothing else.
SlowPicture activation(const SlowArguments& op) { return op.input(0); }

SlowPicture bias_map(const SlowArguments& op) {
  SlowPicture out = op.input(0);
  for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] += op.tensor(".bias").values[i];
  return out;
}

/// A frame has the channels 4 x luma, U, V, noise of luma and of chroma (sigma / 255 times 5). A
/// state has fused planes like the first six of them, their variance, and a picture like them.
SlowPicture change_features(const SlowArguments& op) {
  const SlowPicture& frame = op.input(0);
  const SlowPicture& state = op.input(1);
  SlowPicture out(12, frame.height / 2, frame.width / 2);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      double mean_d = 0, mean_e = 0, mean_s = 0;
      for (int dy = 0; dy < 2; ++dy)
        for (int dx = 0; dx < 2; ++dx) {
          const auto z = [&](int c) { return frame.get(c, 2 * y + dy, 2 * x + dx); };
          const auto f = [&](int c) { return state.get(c, 2 * y + dy, 2 * x + dx); };
          const double v = std::min(f(6), 1.0);
          const auto sigma = [&](int c) { return z(c < 4 ? 6 : 7) / 5 + 1.0 / 255; };
          const auto d = [&](int c) { return (z(c) - f(c)) / (sigma(c) * std::sqrt(1 + v)); };
          const auto e = [&](int c) { return (z(c) - f(7 + c)) / sigma(c); };
          for (int c = 0; c < 4; ++c) {
            mean_d += d(c) / 16;
            mean_e += e(c) / 16;
            mean_s += (f(c) - f(7 + c)) / sigma(c) / 16;
            out.at(0, y, x) += std::abs(d(c)) / 16;
            out.at(7, y, x) += z(c) / 16;
            out.at(8, y, x) += std::abs(e(c)) / 16;
          }
          out.at(2, y, x) += std::abs(d(4)) / 4;
          out.at(3, y, x) += std::abs(d(5)) / 4;
          out.at(4, y, x) += z(6) / 4;
          out.at(5, y, x) += z(7) / 4;
          out.at(6, y, x) += std::sqrt(v) / 4;
          out.at(10, y, x) += (std::abs(e(4)) + std::abs(e(5))) / 8;
        }
      out.at(1, y, x) = std::abs(mean_d);
      out.at(9, y, x) = std::abs(mean_e);
      out.at(11, y, x) = std::abs(mean_s);
    }
  return out;
}

/// Bilinear from half the size; positions are centres of pixels, the edge is repeated.
double at_twice_the_size(const SlowPicture& half, int c, int y, int x) {
  const auto clamp = [](int i, int size) { return std::min(std::max(i, 0), size - 1); };
  const double v = (y + 0.5) / 2 - 0.5;
  const double u = (x + 0.5) / 2 - 0.5;
  const int top = static_cast<int>(std::floor(v));
  const int left = static_cast<int>(std::floor(u));
  double sum = 0;
  for (int dy = 0; dy < 2; ++dy)
    for (int dx = 0; dx < 2; ++dx)
      sum += (dy == 1 ? v - top : 1 - (v - top)) * (dx == 1 ? u - left : 1 - (u - left)) *
             half.get(c, clamp(top + dy, half.height), clamp(left + dx, half.width));
  return sum;
}

SlowPicture temporal_update(const SlowArguments& op) {
  const SlowPicture& frame = op.input(0);
  const SlowPicture& state = op.input(1);
  const SlowPicture& gate = op.input(2);
  SlowPicture out(13, frame.height, frame.width);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const double v = state.get(6, y, x);
      const double gain = std::max(1 - at_twice_the_size(gate, 0, y, x) / (v + 1), 0.04);
      const double share = v < 1e6 ? at_twice_the_size(gate, 1, y, x) : 0;
      for (int c = 0; c < 6; ++c) {
        const double fused = (1 - gain) * state.get(c, y, x) + gain * frame.get(c, y, x);
        out.at(c, y, x) = fused;
        out.at(7 + c, y, x) = (1 - share) * fused + share * state.get(7 + c, y, x);
      }
      out.at(6, y, x) = (1 - gain) * (1 - gain) * v + gain * gain;
    }
  return out;
}

SlowPicture spatial_input(const SlowArguments& op) {
  const SlowPicture& frame = op.input(0);
  const SlowPicture& state = op.input(1);
  SlowPicture out(16, frame.height, frame.width);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      for (int c = 0; c < 6; ++c) {
        out.at(c, y, x) = state.get(c, y, x);
        out.at(6 + c, y, x) = state.get(7 + c, y, x);
      }
      for (int c = 0; c < 2; ++c)
        out.at(12 + c, y, x) = frame.get(6 + c, y, x) * std::sqrt(state.get(6, y, x));
      for (int c = 0; c < 4; ++c) out.at(14, y, x) += (frame.get(c, y, x) - state.get(c, y, x)) / 4;
      out.at(15, y, x) = frame.get(6, y, x);
    }
  return out;
}

SlowPicture update_state(const SlowArguments& op) {
  const SlowPicture& state = op.input(0);
  const SlowPicture& residual = op.input(1);
  SlowPicture out = state;
  for (int c = 0; c < 6; ++c)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x)
        out.at(7 + c, y, x) = state.get(c, y, x) - residual.get(c, y, x);
  return out;
}

SlowPicture add_innovation(const SlowArguments& op) {
  const SlowPicture& frame = op.input(0);
  const SlowPicture& state = op.input(1);
  const SlowPicture& residual = op.input(2);
  SlowPicture out(6, frame.height, frame.width);
  for (int c = 0; c < 6; ++c)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x)
        out.at(c, y, x) = frame.get(c, y, x) - state.get(c, y, x) + residual.get(c, y, x);
  return out;
}

using Compute = SlowPicture (*)(const SlowArguments&);

constexpr OpTable<Compute> kCompute = {
    {Op::input, input},
    {Op::conv, conv},
    {Op::subpixel_conv, subpixel_conv},
    {Op::transposed_conv, transposed_conv},
    {Op::batch_norm, batch_norm},
    {Op::dense, dense},
    {Op::reshape, reshape},
    {Op::add, add},
    {Op::activation, activation},
    {Op::bias_map, bias_map},
    {Op::state, state},
    {Op::change_features, change_features},
    {Op::temporal_update, temporal_update},
    {Op::spatial_input, spatial_input},
    {Op::add_innovation, add_innovation},
    {Op::update_state, update_state},
};

}  // namespace

SlowPicture run_slowly(const Graph& graph, const std::map<std::string, Tensor>& tensors,
                       const SlowPicture& input, SlowPicture* state) {
  std::vector<SlowPicture> values;
  for (const Node& node : graph.nodes()) {
    SlowPicture out = kCompute[node.op]({node, values, tensors, input, state});
    for (double& v : out.values) v = activate(v, node.activation, graph.slope());
    values.push_back(out);
  }
  if (state != nullptr) *state = values[graph.state_output()];
  return values[graph.output()];
}

std::map<std::string, Tensor> random_tensors(const Graph& graph, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto uniform = [&random] { return static_cast<float>(random()) / 4294967296.0f - 0.5f; };
  std::map<std::string, Tensor> tensors;
  for (const Parameter& p : graph.parameters()) {
    Tensor& t = tensors[p.name];
    std::size_t count = 1;
    for (int size : p.shape) {
      t.shape.push_back(size);
      count *= static_cast<std::size_t>(size);
    }
    for (std::size_t i = 0; i < count; ++i) t.values.push_back(uniform());
    if (p.name.ends_with("running_var"))
      for (float& v : t.values) v += 1;
  }
  return tensors;
}

}  // namespace denoiseae::test
