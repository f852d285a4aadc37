// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>

namespace denoiseae {

/// A value of 16 bits: the upper half of a float.
struct Bfloat16 {
  std::uint16_t bits;
};

// The namespace is unnamed, so that each source file has its own copies of the functions. Otherwise
// the linker would keep one copy of each, which may be compiled for instructions that a CPU lacks.
namespace {

inline float to_float(float value) { return value; }
inline float to_float(Bfloat16 value) {
  return __builtin_bit_cast(float, std::uint32_t{value.bits} << 16);
}

inline void assign(float& to, float value) { to = value; }
/// Stores a value, rounded to the nearest one, ties to even.
inline void assign(Bfloat16& to, float value) {
  const auto bits = __builtin_bit_cast(std::uint32_t, value);
  to.bits = static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

}  // namespace
}  // namespace denoiseae
