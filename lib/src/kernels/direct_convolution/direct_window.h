// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds the rows of a window for all loops of direct convolutions. The namespace is unnamed, as in
// direct_loops.h.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "kernels/direct_convolution/direct_layout.h"

namespace denoiseae {
namespace {

/// The most rows of a window: that of two rows of the output has one more than that of one.
inline constexpr int kMaxWindowRows = kMaxDirectKernel + 1;

/// Rows of the input from the top; null stands for zeros.
struct WindowRows {
  int count = 0;
  std::array<const void*, kMaxWindowRows> in;
};

inline WindowRows window_of(const DirectRow& row, int kernel) {
  WindowRows window{kernel, {}};
  std::copy_n(row.in.begin(), kernel, window.in.begin());
  return window;
}

/// Returns where so many positions begin in each row. What reaches over an edge of the row is
/// copied to scratch, with zeros beyond the edge.
inline std::array<const char*, kMaxWindowRows> find_window(const WindowRows& rows, int in_width,
                                                           int words, int position, int positions,
                                                           char* scratch) {
  const std::size_t word_bytes = std::size_t{4} * static_cast<std::size_t>(words);
  const int begin = std::clamp(-position, 0, positions);
  const int end = std::clamp(in_width - position, begin, positions);
  std::array<const char*, kMaxWindowRows> found;
  for (int y = 0; y < rows.count; ++y) {
    found[y] = nullptr;
    if (rows.in[y] == nullptr) continue;
    const char* const from =
        static_cast<const char*>(rows.in[y]) + std::ptrdiff_t{4} * (position + begin) * words;
    if (begin == 0 && end == positions) {
      found[y] = from;
      continue;
    }
    found[y] = scratch;
    std::memset(scratch, 0, begin * word_bytes);
    if (end > begin) std::memcpy(scratch + begin * word_bytes, from, (end - begin) * word_bytes);
    std::memset(scratch + end * word_bytes, 0, (positions - end) * word_bytes);
    scratch += positions * word_bytes;
  }
  return found;
}

}  // namespace
}  // namespace denoiseae
