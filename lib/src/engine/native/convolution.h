// SPDX-License-Identifier: LGPL-2.1-or-later
// A convolution as the operations of a graph hand it to the kernels.
#pragma once

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
  std::function<std::vector<float>()> bias;     ///< empty: none
  /// For weights that are held as whole numbers of 8 bits: the factor of the sum of each output and
  /// its bias, before the activation. Empty: weights like the values.
  std::vector<float> scales;
};

}  // namespace denoiseae
