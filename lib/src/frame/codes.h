// SPDX-License-Identifier: LGPL-2.1-or-later
// Samples as codes, for functions on frames that are made for each size of samples; with_codes
// chooses one of them, outside of loops.
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "kernels/words.h"

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

inline SampleWords words_of(const FormatInfo& info) {
  return {info.low_bits, static_cast<int>(info.max_code())};
}

/// Samples of more.
struct WordCodes : Words {
  explicit WordCodes(const FormatInfo& info) : Words(words_of(info)) {}
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
