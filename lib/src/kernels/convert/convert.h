// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of values from one type to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/bfloat16.h"
#include "kernels/fixed16.h"

namespace denoiseae {

struct ConvertLoops {
  void (*to_bfloat16)(const float* from, Bfloat16* to, std::size_t count);  ///< rounds as assign
  void (*from_bfloat16)(const Bfloat16* from, float* to, std::size_t count);
  void (*from_codes)(const std::uint8_t* from, float* to, std::size_t count);
  void (*codes_to_bfloat16)(const std::uint8_t* from, Bfloat16* to, std::size_t count);
  void (*to_fixed16)(const float* from, Fixed16* to, std::size_t count);  ///< rounds as assign
};

// These are constants, because code that made them at run time would use instructions that a CPU
// may lack.
extern const ConvertLoops kConvertC, kConvertAvx2, kConvertAvx512;

struct ConvertVariant {
  std::string_view name;
  const ConvertLoops* loops;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
std::span<const ConvertVariant> convert_variants() noexcept;
/// Returns the fastest available variant.
const ConvertLoops& convert_loops() noexcept;

inline void convert_row(const float* from, Bfloat16* to, std::size_t count) {
  convert_loops().to_bfloat16(from, to, count);
}
inline void convert_row(const Bfloat16* from, float* to, std::size_t count) {
  convert_loops().from_bfloat16(from, to, count);
}
inline void convert_row(const std::uint8_t* from, float* to, std::size_t count) {
  convert_loops().from_codes(from, to, count);
}
inline void convert_row(const std::uint8_t* from, Bfloat16* to, std::size_t count) {
  convert_loops().codes_to_bfloat16(from, to, count);
}
inline void convert_row(const float* from, Fixed16* to, std::size_t count) {
  convert_loops().to_fixed16(from, to, count);
}
/// Copies values of one type.
template <typename Value>
void convert_row(const Value* from, Value* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = from[i];
}

}  // namespace denoiseae
