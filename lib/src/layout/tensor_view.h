// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>

namespace denoiseae {

/// A tensor of height x width x channels floats that someone else owns. The channels of a position
/// lie together, and nothing lies between positions or rows.
struct TensorView {
  float* data = nullptr;
  int channels = 0;
  int height = 0;
  int width = 0;
  std::size_t size() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
};

/// Returns rows begin ... end - 1 of a tensor.
inline TensorView rows_of(const TensorView& tensor, int begin, int end) {
  return {tensor.data + static_cast<std::size_t>(begin) * static_cast<std::size_t>(tensor.width) *
                            static_cast<std::size_t>(tensor.channels),
          tensor.channels, end - begin, tensor.width};
}

/// Returns the address of row y.
inline float* row_of(const TensorView& tensor, int y) { return rows_of(tensor, y, y).data; }

}  // namespace denoiseae
