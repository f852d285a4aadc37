// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// Returns the number that was asked for or, where that is 0, one thread for each processor that
/// this process may use: as its affinity allows, and no more than the quota of its cgroups pays
/// for. Threads beyond that only wait for each other.
unsigned thread_count(unsigned asked);

}  // namespace denoiseae
