// SPDX-License-Identifier: LGPL-2.1-or-later
// The constants of a network in the layouts that the primitives ask for.
#pragma once

#include <cstdint>
#include <dnnl.hpp>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "net/graph.h"
#include "net/tensor.h"

namespace denoiseae {

/// The weights of a linear operation as a convolution of pictures takes them: outputs x inputs x
/// kernel x kernel, the outputs of a transposed convolution of stride 2 and more being those of
/// each tap of the kernel in turn. Of dense: outputs x values, the values of a picture in the order
/// height x width x channels. batch_norm is a diagonal 1x1 convolution. in: shape of the input.
std::vector<float> convolution_weights(const Node& node, const Shape& in,
                                       const std::map<std::string, Tensor>& tensors);
/// One value for each channel of the operation's output; of subpixel_conv for each of the four
/// groups.
std::vector<float> bias_values(const Node& node, const std::map<std::string, Tensor>& tensors);
/// The constant of a bias_map: height x width x channels.
std::vector<float> bias_map_values(const Node& node, const std::map<std::string, Tensor>& tensors);

/// Shared by the plans of one engine, so that what two of them need alike is there once.
/// Thread-safe.
class Weights {
 public:
  explicit Weights(dnnl::engine engine) : engine_(std::move(engine)) {}

  /// The constant that key names, in the wanted layout. plain: the layout of what make returns;
  /// called when no plan had asked for this key in this layout yet.
  template <typename Make>
  dnnl::memory get(const std::string& key, const dnnl::memory::desc& wanted,
                   const dnnl::memory::desc& plain, const Make& make) {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.key == key && entry.memory.get_desc() == wanted) return entry.memory;
    }
    return add(key, wanted, plain, make());
  }

  /// The same of count values in a list.
  template <typename Make>
  void* list(const std::string& key, dnnl::memory::data_type type, std::size_t count,
             const Make& make) {
    using Tag = dnnl::memory::format_tag;
    const dnnl::memory::dims size{static_cast<dnnl::memory::dim>(count)};
    return get(key, {size, type, Tag::a}, {size, dnnl::memory::data_type::f32, Tag::a}, make)
        .get_data_handle();
  }

  std::int64_t memory_bytes() const;

 private:
  struct Entry {
    std::string key;
    dnnl::memory memory;
  };

  dnnl::memory add(const std::string& key, const dnnl::memory::desc& wanted,
                   const dnnl::memory::desc& plain, std::vector<float> values);

  dnnl::engine engine_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  ///< guarded by mutex_
};

}  // namespace denoiseae
