// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>

namespace denoiseae {
namespace {

/// Converts a value to a code. It rounds half up and clamps. A value that is not a number becomes
/// 0.
inline std::uint8_t code_of(float code) {
  const float above = code + 0.5f > 0 ? code + 0.5f : 0;
  return static_cast<std::uint8_t>(above < 255 ? above : 255);
}

}  // namespace
}  // namespace denoiseae
