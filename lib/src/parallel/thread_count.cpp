// SPDX-License-Identifier: LGPL-2.1-or-later
#include "parallel/thread_count.h"

#include <algorithm>

#include "parallel/cpu_quota.h"
#include "parallel/processor_mask.h"

namespace denoiseae {

unsigned thread_count(unsigned asked) {
  if (asked != 0) return asked;
  const unsigned count = ProcessorMask::of_this_thread().count();
  const unsigned paid = processors_of_quota("/");
  return paid != 0 ? std::min(count, paid) : count;
}

}  // namespace denoiseae
