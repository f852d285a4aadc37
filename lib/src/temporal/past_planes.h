// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/stored_past.h"
#include "planes.h"

namespace denoiseae {

/// A past to read, of kPastChannels: float as networks take it, std::int16_t as streams keep it
/// (kernels/stored_past.h).
template <typename Sample>
struct PastPlanes {
  const Sample* data = nullptr;
  int height = 0;
  int width = 0;

  std::size_t row_values() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(kPastChannels);
  }
  const Sample* at(int x, int y) const {
    return data + static_cast<std::size_t>(y) * row_values() +
           static_cast<std::size_t>(x) * static_cast<std::size_t>(kPastChannels);
  }
};

inline float value_of(float sample) { return sample; }
inline float value_of(std::int16_t sample) { return kStoredUnit * sample; }

inline PastPlanes<float> past_planes(const PlanesView& planes) {
  return {planes.data, planes.height, planes.width};
}

}  // namespace denoiseae
