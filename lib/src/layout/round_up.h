// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// Returns the least multiple that is no less than the value, which is 0 or more.
constexpr int round_up(int value, int multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace denoiseae
