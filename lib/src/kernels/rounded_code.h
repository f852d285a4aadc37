// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cmath>
#include <cstdint>

namespace denoiseae {

// The namespace is unnamed, as in bfloat16.h.
namespace {

/// Stores a value as a code, clamped and rounded to the nearest one, ties to even. A value that is
/// not a number becomes 0.
inline void assign(std::uint8_t& to, float value) {
  const float positive = value > 0 ? value : 0;
  to = static_cast<std::uint8_t>(std::nearbyint(positive < 255 ? positive : 255));
}

}  // namespace
}  // namespace denoiseae
