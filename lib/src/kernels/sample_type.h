// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>

namespace denoiseae {

/// The types of values in memory: float, Bfloat16, Fixed16, and whole numbers from 0 to 255.
enum class SampleType { float32, bfloat16, fixed16, code };

/// Returns the number of values in a word of 32 bits.
[[gnu::always_inline]] constexpr int inputs_of_word(SampleType type) {
  if (type == SampleType::float32) return 1;
  return type == SampleType::code ? 4 : 2;
}

/// Returns the bytes of one value.
[[gnu::always_inline]] constexpr std::size_t bytes_of(SampleType type) {
  return static_cast<std::size_t>(4 / inputs_of_word(type));
}

}  // namespace denoiseae
