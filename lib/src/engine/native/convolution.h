// SPDX-License-Identifier: LGPL-2.1-or-later
// A convolution as the operations of a graph hand it to the kernels.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace denoiseae {

/// The place where a convolution reads.
struct Window {
  int kernel = 1;
  int stride = 1;
  int padding = 0;  ///< at the left and at the upper edge of the whole picture

  /// Whether it reads the 3x3 values around each of its own.
  bool is_3x3() const { return kernel == 3 && stride == 1 && padding == 1; }
};

struct Convolution {
  std::string name;  ///< prefix of the names of its constants
  Window window;
  std::function<std::vector<float>()> weights;  ///< outputs x inputs x kernel x kernel
  /// The bias with a set of scales, counted from 0; empty: none.
  std::function<std::vector<float>(std::size_t set)> bias;
  /// For weights that are held as whole numbers of 8 or 16 bits: for each set the factors of the
  /// sums of all outputs with their biases, before the activation. Empty: weights like the values.
  std::vector<std::vector<float>> scales;
};

}  // namespace denoiseae
