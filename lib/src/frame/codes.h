// SPDX-License-Identifier: LGPL-2.1-or-later
// Samples as codes, for functions on frames that are made for each size of samples; with_codes
// chooses one of them, outside of loops.
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace denoiseae {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

/// 0 ... 1 as an 8-bit code, rounded half up, clamped.
inline std::uint8_t unit_to_code(float value) {
  return static_cast<std::uint8_t>(std::clamp(value * 255.0f + 0.5f, 0.0f, 255.0f));
}

/// Samples of 8 bits.
struct ByteCodes {
  explicit ByteCodes(const FormatInfo&) {}

  static int load(const std::uint8_t* at) { return *at; }
  static void store(std::uint8_t* at, int code) { *at = static_cast<std::uint8_t>(code); }

  /// Codes as 0 ... 1 and back, rounded half up, clamped.
  static float load_unit(const std::uint8_t* at) {
    return static_cast<float>(*at) * (1.0f / 255.0f);
  }
  static void store_unit(std::uint8_t* at, float value) { *at = unit_to_code(value); }
};

/// Samples of more, in words at any address. Bits that belong to no code are not read, and written
/// as zero.
class WordCodes {
 public:
  explicit WordCodes(const FormatInfo& info)
      : low_bits_(info.low_bits),
        max_code_((1 << info.depth) - 1),
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

  float load_unit(const std::uint8_t* at) const { return static_cast<float>(load(at)) * unit_; }
  /// NaN gives code 0.
  void store_unit(std::uint8_t* at, float value) const {
    const float code = value * scale_ + 0.5f;
    const float above = code > 0 ? code : 0;
    store(at, static_cast<int>(above < scale_ ? above : scale_));
  }

 private:
  int low_bits_;
  int max_code_;
  float scale_;
  float unit_;
};

/// Calls body with what reads and writes the samples of the format.
template <typename Body>
void with_codes(const FormatInfo& format, const Body& body) {
  if (format.depth == 8)
    body(ByteCodes(format));
  else
    body(WordCodes(format));
}

}  // namespace denoiseae
