// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>

namespace denoiseae {

/// Returns how many processors the quota of this process's cgroups pays for, rounded up; 0 when
/// there is no quota. Of version 2 it reads cpu.max, of version 1 cpu.cfs_quota_us, in the cgroup
/// of the process and in all above it. root: the folder that holds proc and sys.
unsigned processors_of_quota(const std::filesystem::path& root);

}  // namespace denoiseae
