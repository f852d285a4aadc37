// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <thread>

namespace denoiseae {

/// Returns the number that was asked for, or, where that is 0, one thread for each core of the
/// machine.
inline unsigned thread_count(unsigned asked) {
  return asked != 0 ? asked : std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace denoiseae
