// SPDX-License-Identifier: LGPL-2.1-or-later
#include <sched.h>

#include <algorithm>
#include <thread>

#include "parallel/processor_mask.h"
#include "support/check.h"
#include "support/worker_threads.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Returns the affinity of this thread as the system tells it.
cpu_set_t affinity() {
  cpu_set_t set;
  ck_assert_int_eq(::sched_getaffinity(0, sizeof(set), &set), 0);
  return set;
}

}  // namespace

START_TEST(test_it_is_the_affinity_of_the_thread) {
  const cpu_set_t before = affinity();
  const ProcessorMask all = ProcessorMask::of_this_thread();
  ck_assert_uint_eq(all.count(), static_cast<unsigned>(CPU_COUNT(&before)));
  ck_assert(keep_to_processors(1));
  const ProcessorMask one = ProcessorMask::of_this_thread();
  ck_assert_uint_eq(one.count(), 1);
  ck_assert(all.count() == 1 || one != all);
  all.apply_to_this_thread();
  const cpu_set_t after = affinity();
  ck_assert(CPU_EQUAL(&before, &after));
  one.apply_to_this_thread();
  ck_assert(ProcessorMask::of_this_thread() == one);
}
END_TEST

START_TEST(test_masks_add_up) {
  const ProcessorMask all = ProcessorMask::of_this_thread();
  ck_assert(keep_to_processors(1));
  ProcessorMask sum = ProcessorMask::of_this_thread();
  sum.add(sum);
  ck_assert_uint_eq(sum.count(), 1);
  sum.add(all);
  ck_assert(sum == all);
}
END_TEST

START_TEST(test_an_unknown_mask_is_the_machine_and_changes_nothing) {
  const ProcessorMask unknown;
  ck_assert_uint_eq(unknown.count(), std::max(1u, std::thread::hardware_concurrency()));
  const cpu_set_t before = affinity();
  unknown.apply_to_this_thread();
  const cpu_set_t after = affinity();
  ck_assert(CPU_EQUAL(&before, &after));
  ProcessorMask sum = ProcessorMask::of_this_thread();
  sum.add(unknown);
  ck_assert(sum == unknown);
}
END_TEST

int main() {
  return run_suite("processor_mask", {test_it_is_the_affinity_of_the_thread, test_masks_add_up,
                                      test_an_unknown_mask_is_the_machine_and_changes_nothing});
}
