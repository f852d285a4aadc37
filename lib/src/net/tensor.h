// SPDX-License-Identifier: LGPL-2.1-or-later
// The values of one parameter, as weights files, graphs and engines hand them to each other.
#pragma once

#include <cstdint>
#include <vector>

namespace denoiseae {

struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  ///< row major
};

}  // namespace denoiseae
