// SPDX-License-Identifier: LGPL-2.1-or-later
// Sharpens a part of a row, begin ... end, in plain C++. It serves whole rows, or their ends, which
// vectors do not reach.
#pragma once

#include <algorithm>
#include <cstdint>

namespace denoiseae {
// The namespace is unnamed for the reason given in sharpen_vectors.h.
namespace {

inline void sharpen_bytes(const std::uint8_t* above, const std::uint8_t* row,
                          const std::uint8_t* below, std::uint8_t* out, int bytes, int step,
                          int amount, int begin, int end) {
  for (int i = begin; i < end; ++i) {
    const int center = row[i];
    const int left = i >= step ? row[i - step] : center;
    const int right = i + step < bytes ? row[i + step] : center;
    const int detail = 4 * center - above[i] - below[i] - left - right;
    out[i] =
        static_cast<std::uint8_t>(std::clamp((256 * center + amount * detail + 128) >> 8, 0, 255));
  }
}

}  // namespace
}  // namespace denoiseae
