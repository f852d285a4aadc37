// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/stored_state/stored_state.h"
#include "layout/state_layout.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// A state in memory, with kStateChannels values for each position. Networks take float; streams
/// keep std::int16_t (kernels/stored_state/stored_state.h).
template <typename Sample>
struct StateSamples {
  const Sample* data = nullptr;
  int height = 0;
  int width = 0;

  std::size_t row_values() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(kStateChannels);
  }
  const Sample* at(int x, int y) const {
    return data + static_cast<std::size_t>(y) * row_values() +
           static_cast<std::size_t>(x) * static_cast<std::size_t>(kStateChannels);
  }
};

inline float value_of(float sample) { return sample; }
inline float value_of(std::int16_t sample) { return kStoredUnit * sample; }

inline StateSamples<float> state_samples(const TensorView& planes) {
  return {planes.data, planes.height, planes.width};
}

}  // namespace denoiseae
