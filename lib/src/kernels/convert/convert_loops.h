// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of all variants. Each variant compiles this text for its instruction set.
#pragma once

#include "kernels/convert/convert.h"

namespace denoiseae {
namespace {

inline float value_of(float value) { return value; }
inline float value_of(Bfloat16 value) { return to_float(value); }
inline float value_of(std::uint8_t code) { return code; }

template <typename From, typename To>
void convert_values(const From* from, To* to, std::size_t count) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) assign(to[i], value_of(from[i]));
}

inline constexpr ConvertLoops kConvertLoops = {
    convert_values<float, Bfloat16>, convert_values<Bfloat16, float>,
    convert_values<std::uint8_t, float>, convert_values<std::uint8_t, Bfloat16>,
    convert_values<float, Fixed16>};

}  // namespace
}  // namespace denoiseae
