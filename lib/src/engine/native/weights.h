// SPDX-License-Identifier: LGPL-2.1-or-later
// The constants of a network in the layouts that the kernels ask for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
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

/// Constants that differ from set of scales to set of scales.
struct SetConstants {
  const float* first = nullptr;  ///< where set 0 has them; null: there are none
  std::size_t stride = 0;        ///< from set to set

  const float* of(std::size_t set) const {
    return first == nullptr ? nullptr : first + set * stride;
  }
};

/// Shared by the plans of one engine, so that constants which several of them need are there once.
/// Thread-safe.
class Weights {
 public:
  /// Returns the constant that key names, at an address that is a multiple of 64, as values of one
  /// type: float, Bfloat16, or whole numbers std::int8_t or std::int16_t. make: returns the values
  /// as floats; called when no plan has asked for this key yet. The constant lives as long as this.
  template <typename Value, typename Make>
  const Value* get(const std::string& key, const Make& make) {
    return reinterpret_cast<const Value*>(find<Value>(key, make).data());
  }
  /// Returns such constants for so many sets. make: returns those of one set, as many for each;
  /// otherwise as above.
  template <typename Make>
  SetConstants get_sets(const std::string& key, std::size_t sets, const Make& make) {
    const Arena& all = find<float>(key, [&] { return joined(sets, make); });
    return {reinterpret_cast<const float*>(all.data()), all.size() / sizeof(float) / sets};
  }

  /// Returns the bytes of the constants.
  std::int64_t memory_bytes() const;

 private:
  struct Entry {
    std::string key;
    Arena values;
  };

  /// All values that make returns, those of each set at an address that is a multiple of 64.
  template <typename Make>
  static std::vector<float> joined(std::size_t sets, const Make& make) {
    constexpr std::size_t kFloats = 64 / sizeof(float);
    std::vector<float> all;
    for (std::size_t set = 0; set < sets; ++set) {
      const std::vector<float> values = make(set);
      all.insert(all.end(), values.begin(), values.end());
      all.resize((all.size() + kFloats - 1) / kFloats * kFloats);
    }
    return all;
  }
  template <typename Value, typename Make>
  const Arena& find(const std::string& key, const Make& make) {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.key == key) return entry.values;
    }
    const std::vector<float> values = make();
    const Arena& added =
        entries_.emplace_back(Entry{key, Arena(values.size() * sizeof(Value))}).values;
    auto* const stored = reinterpret_cast<Value*>(added.data());
    for (std::size_t i = 0; i < values.size(); ++i) store(values[i], stored[i]);
    return added;
  }
  static void store(float value, std::int8_t& to) { to = static_cast<std::int8_t>(value); }
  static void store(float value, std::int16_t& to) { to = static_cast<std::int16_t>(value); }
  template <typename Value>
  static void store(float value, Value& to) {
    assign(to, value);
  }

  mutable std::mutex mutex_;
  std::deque<Entry> entries_;  ///< guarded by mutex_; they stay where they are
};

}  // namespace denoiseae
