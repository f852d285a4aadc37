// SPDX-License-Identifier: LGPL-2.1-or-later
// The constants of a network in the layouts that the kernels ask for.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/native/arena.h"
#include "kernels/bfloat16.h"
#include "net/graph.h"
#include "net/tensor.h"

namespace denoiseae {

using Tensors = std::map<std::string, Tensor>;

// Weights as the convolutions and dense layers of this engine take them. node: a node of the
// operation that the function is named after.

/// outputs x inputs x kernel x kernel.
std::vector<float> conv_weights(const Node& node, const Tensors& tensors);
/// For stride 1: a convolution by the kernel turned by 180 degrees. For other strides: a 1x1
/// convolution whose outputs are those of each tap of the kernel in turn.
std::vector<float> transposed_conv_weights(const Node& node, int inputs, const Tensors& tensors);
/// A 1x1 convolution with weights on its diagonal only.
std::vector<float> batch_norm_weights(const Node& node, const Tensors& tensors);
/// outputs x values, the values of a picture in the order height x width x channels. in: shape of
/// the input.
std::vector<float> dense_weights(const Node& node, const Shape& in, const Tensors& tensors);

/// One value for each output of the weights.
std::vector<float> bias_values(const Node& node, const Tensors& tensors);
std::vector<float> batch_norm_bias(const Node& node, const Tensors& tensors);

/// The constant of a bias_map: height x width x channels.
std::vector<float> bias_map_values(const Node& node, const Tensors& tensors);

/// Shared by the plans of one engine, so that constants which several of them need are there once.
/// Thread-safe.
class Weights {
 public:
  /// Returns the constant that key names, at an address that is a multiple of 64, as values of one
  /// type: float, Bfloat16, or whole numbers std::int8_t. make: returns the values as floats;
  /// called when no plan has asked for this key yet. The constant lives as long as this.
  template <typename Value, typename Make>
  const Value* get(const std::string& key, const Make& make) {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.key == key) return reinterpret_cast<const Value*>(entry.values.data());
    }
    const std::vector<float> values = make();
    auto* const stored = reinterpret_cast<Value*>(add(key, values.size() * sizeof(Value)));
    for (std::size_t i = 0; i < values.size(); ++i) store(values[i], stored[i]);
    return stored;
  }

  /// Returns the bytes of the constants.
  std::int64_t memory_bytes() const;

 private:
  struct Entry {
    std::string key;
    Arena values;
  };

  static void store(float value, std::int8_t& to) { to = static_cast<std::int8_t>(value); }
  template <typename Value>
  static void store(float value, Value& to) {
    assign(to, value);
  }
  char* add(const std::string& key, std::size_t bytes);

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  ///< guarded by mutex_
};

}  // namespace denoiseae
