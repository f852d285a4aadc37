// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/weights.h"

#include <cmath>

namespace denoiseae {

namespace {

const std::vector<float>& values_of(const Node& node, const char* suffix, const Tensors& tensors) {
  return tensors.at(node.name + suffix).values;
}

double batch_norm_scale(const Node& node, int channel, const Tensors& tensors) {
  return values_of(node, ".weight", tensors)[channel] /
         std::sqrt(values_of(node, ".running_var", tensors)[channel] + kBatchNormEpsilon);
}

/// From the order channels x positions to positions x channels.
std::vector<float> channels_last(const std::vector<float>& given, int channels, int positions) {
  std::vector<float> result(given.size());
  const std::size_t pictures = given.size() / channels / positions;
  for (std::size_t p = 0; p < pictures; ++p) {
    const float* from = given.data() + p * channels * positions;
    float* to = result.data() + p * channels * positions;
    for (int c = 0; c < channels; ++c) {
      for (int i = 0; i < positions; ++i) to[i * channels + c] = from[c * positions + i];
    }
  }
  return result;
}

}  // namespace

std::vector<float> conv_weights(const Node& node, const Tensors& tensors) {
  return values_of(node, ".weight", tensors);
}

std::vector<float> transposed_conv_weights(const Node& node, int inputs, const Tensors& tensors) {
  const std::vector<float>& given = values_of(node, ".weight", tensors);
  const int outputs = node.channels;
  const int taps = node.kernel * node.kernel;
  std::vector<float> result(given.size());
  for (int i = 0; i < inputs; ++i) {
    for (int o = 0; o < outputs; ++o) {
      for (int tap = 0; tap < taps; ++tap) {
        const std::size_t to = node.stride == 1
                                   ? (std::size_t(o) * inputs + i) * taps + (taps - 1 - tap)
                                   : (std::size_t(tap) * outputs + o) * inputs + i;
        result[to] = given[(std::size_t(i) * outputs + o) * taps + tap];
      }
    }
  }
  return result;
}

std::vector<float> batch_norm_weights(const Node& node, const Tensors& tensors) {
  std::vector<float> diagonal(std::size_t(node.channels) * node.channels, 0.0f);
  for (int c = 0; c < node.channels; ++c) {
    diagonal[std::size_t(c) * node.channels + c] =
        static_cast<float>(batch_norm_scale(node, c, tensors));
  }
  return diagonal;
}

std::vector<float> dense_weights(const Node& node, const Shape& in, const Tensors& tensors) {
  return channels_last(values_of(node, ".weight", tensors), in.channels, in.height * in.width);
}

std::vector<float> bias_values(const Node& node, const Tensors& tensors) {
  return values_of(node, ".bias", tensors);
}

std::vector<float> batch_norm_bias(const Node& node, const Tensors& tensors) {
  std::vector<float> bias = values_of(node, ".bias", tensors);
  for (int c = 0; c < node.channels; ++c) {
    bias[c] -= static_cast<float>(batch_norm_scale(node, c, tensors) *
                                  values_of(node, ".running_mean", tensors)[c]);
  }
  return bias;
}

std::vector<float> bias_map_values(const Node& node, const Tensors& tensors) {
  return channels_last(values_of(node, ".bias", tensors), node.channels, node.height * node.width);
}

std::int64_t Weights::memory_bytes() const {
  const std::lock_guard lock(mutex_);
  std::int64_t bytes = 0;
  for (const Entry& entry : entries_) bytes += static_cast<std::int64_t>(entry.values.size());
  return bytes;
}

}  // namespace denoiseae
