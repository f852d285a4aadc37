// SPDX-License-Identifier: LGPL-2.1-or-later
// Access to single samples in words. Only sources that are compiled for the oldest CPU may include
// this, because the linker keeps one copy of these functions for all.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/sample_words.h"

namespace denoiseae {

/// Reads and writes samples of one layout at any address.
class WordAccess {
 public:
  explicit WordAccess(const SampleWords& words)
      : low_bits_(words.low_bits),
        max_code_(words.max_code),
        scale_(static_cast<float>(max_code_)),
        unit_(1.0f / scale_) {}

  int load(const std::uint8_t* at) const {
    std::uint16_t word;
    std::memcpy(&word, at, sizeof(word));
    return (word >> low_bits_) & max_code_;
  }
  void store(std::uint8_t* at, int code) const {
    const auto word = static_cast<std::uint16_t>(code << low_bits_);
    std::memcpy(at, &word, sizeof(word));
  }

  /// These convert codes to 0 ... 1 and back. They round half up and clamp. NaN becomes code 0.
  float load_unit(const std::uint8_t* at) const { return static_cast<float>(load(at)) * unit_; }
  int from_unit(float value) const {
    const float code = value * scale_ + 0.5f;
    const float above = code > 0 ? code : 0;
    return static_cast<int>(above < scale_ ? above : scale_);
  }
  void store_unit(std::uint8_t* at, float value) const { store(at, from_unit(value)); }

 private:
  int low_bits_;
  int max_code_;
  float scale_;
  float unit_;
};

}  // namespace denoiseae
