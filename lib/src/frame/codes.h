// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads and writes samples as codes. Functions on frames are templates on one of these classes,
// which with_codes chooses once, outside of loops.
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "kernels/word_access.h"

namespace denoiseae {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

/// Turns 0 ... 1 into an 8-bit code, rounded half up and clamped. NaN gives code 0.
inline std::uint8_t unit_to_code(float value) {
  const float code = value * 255.0f + 0.5f;
  const float above = code > 0 ? code : 0;
  return static_cast<std::uint8_t>(above < 255 ? above : 255);
}

/// Reads and writes samples of 8 bits. Units are codes scaled to 0 ... 1; they are rounded half up
/// and clamped when they become codes.
struct ByteCodes {
  static constexpr int kBytes = 1;
  explicit ByteCodes(const FormatInfo&) {}

  static int load(const std::uint8_t* at) { return *at; }
  static void store(std::uint8_t* at, int code) { *at = static_cast<std::uint8_t>(code); }

  static float load_unit(const std::uint8_t* at) {
    return static_cast<float>(*at) * (1.0f / 255.0f);
  }
  static int from_unit(float value) { return unit_to_code(value); }
  static void store_unit(std::uint8_t* at, float value) { *at = unit_to_code(value); }
};

inline SampleWords words_of(const FormatInfo& info) {
  return {info.low_bits, static_cast<int>(info.max_code())};
}

/// Reads and writes samples of more than 8 bits.
struct WordCodes : WordAccess {
  static constexpr int kBytes = 2;
  explicit WordCodes(const FormatInfo& info) : WordAccess(words_of(info)) {}
};

/// Calls body with ByteCodes or WordCodes, whichever reads and writes the samples of the format.
template <typename Body>
void with_codes(const FormatInfo& format, const Body& body) {
  if (format.depth == 8)
    body(ByteCodes(format));
  else
    body(WordCodes(format));
}

}  // namespace denoiseae
