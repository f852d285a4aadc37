// SPDX-License-Identifier: LGPL-2.1-or-later
#include "parallel/thread_count.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <vector>

#include "parallel/cpu_quota.h"

namespace denoiseae {

namespace {

/// Returns how many processors the affinity of the calling thread has; 0 when the system does not
/// tell.
unsigned processors_of_affinity() {
  constexpr std::size_t kMaxSets = 64;  // a set has 1024 processors
  for (std::size_t sets = 1; sets <= kMaxSets; sets *= 2) {
    std::vector<cpu_set_t> mask(sets);
    const std::size_t bytes = sets * sizeof(cpu_set_t);
    if (::sched_getaffinity(0, bytes, mask.data()) == 0)
      return static_cast<unsigned>(CPU_COUNT_S(bytes, mask.data()));
    if (errno != EINVAL) break;  // which means that the mask is too small for the machine
  }
  return 0;
}

}  // namespace

unsigned thread_count(unsigned asked) {
  if (asked != 0) return asked;
  unsigned count = processors_of_affinity();
  if (count == 0) count = std::max(1u, std::thread::hardware_concurrency());
  const unsigned paid = processors_of_quota("/");
  return paid != 0 ? std::min(count, paid) : count;
}

}  // namespace denoiseae
