// SPDX-License-Identifier: LGPL-2.1-or-later
// The constants of a network in the layouts that the primitives ask for.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <dnnl.hpp>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/onednn/shared_primitives.h"
#include "net/graph.h"
#include "net/tensor.h"

namespace denoiseae {

using Tensors = std::map<std::string, Tensor>;

// Weights as the convolutions and dense layers of this engine take them. node: a node of the
// operation that the function is named after.

/// outputs x inputs x kernel x kernel.
DAE_API std::vector<float> conv_weights(const Node& node, const Tensors& tensors);
/// For stride 1: a convolution by the kernel turned by 180 degrees. For other strides: a 1x1
/// convolution whose outputs are those of each tap of the kernel in turn.
DAE_API std::vector<float> transposed_conv_weights(const Node& node, int inputs,
                                                   const Tensors& tensors);
/// A 1x1 convolution with weights on its diagonal only.
DAE_API std::vector<float> batch_norm_weights(const Node& node, const Tensors& tensors);
/// outputs x values, the values of a picture in the order height x width x channels. in: shape of
/// the input.
DAE_API std::vector<float> dense_weights(const Node& node, const Shape& in, const Tensors& tensors);

/// One value for each output of the weights.
DAE_API std::vector<float> bias_values(const Node& node, const Tensors& tensors);
DAE_API std::vector<float> batch_norm_bias(const Node& node, const Tensors& tensors);

/// The constant of a bias_map: height x width x channels.
DAE_API std::vector<float> bias_map_values(const Node& node, const Tensors& tensors);

/// Shared by the plans of one engine, so that constants which several of them need are there once.
/// Thread-safe.
class DAE_API Weights {
 public:
  explicit Weights(dnnl::engine engine) : engine_(std::move(engine)) {}

  /// The constant that key names, in the wanted layout. make: returns its values in the layout
  /// plain; called when no plan has asked for this key in this layout yet.
  template <typename Make>
  dnnl::memory get(const std::string& key, const dnnl::memory::desc& wanted,
                   const dnnl::memory::desc& plain, const Make& make) {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.key == key && entry.memory.get_desc() == wanted) return entry.memory;
    }
    return add(key, wanted, plain, make());
  }

  /// A constant of count values without layout.
  template <typename Make>
  void* list(const std::string& key, dnnl::memory::data_type type, std::size_t count,
             const Make& make) {
    using Tag = dnnl::memory::format_tag;
    const dnnl::memory::dims size{static_cast<dnnl::memory::dim>(count)};
    return get(key, {size, type, Tag::a}, {size, dnnl::memory::data_type::f32, Tag::a}, make)
        .get_data_handle();
  }

  /// Returns the primitives that read these constants.
  SharedPrimitives& primitives() { return primitives_; }

  /// Returns the bytes of the constants, and what the primitives are estimated to take.
  std::int64_t memory_bytes() const;

 private:
  struct Entry {
    std::string key;
    dnnl::memory memory;
  };

  dnnl::memory add(const std::string& key, const dnnl::memory::desc& wanted,
                   const dnnl::memory::desc& plain, std::vector<float> values);

  dnnl::engine engine_;
  SharedPrimitives primitives_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  ///< guarded by mutex_
};

}  // namespace denoiseae
