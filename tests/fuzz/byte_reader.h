// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace denoiseae::fuzz {

/// Turns the bytes of an input into choices, one byte each. Behind the last byte all are zero.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }

  /// Returns a number below count, which is at most 256.
  int below(int count) { return byte() % count; }

  template <typename Range>
  auto pick(const Range& range) {
    return range[static_cast<std::size_t>(below(static_cast<int>(std::size(range))))];
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace denoiseae::fuzz
