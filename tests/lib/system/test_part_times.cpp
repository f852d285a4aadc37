// SPDX-License-Identifier: LGPL-2.1-or-later
#include <chrono>
#include <cstddef>
#include <thread>

#include "support/check.h"
#include "system/part_times.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr double kShortMs = 2;

void wait_for_short_time() {
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::duration<double, std::milli>(kShortMs);
  while (std::chrono::steady_clock::now() < end) {
  }
}

double ms_of(FramePart part) { return PartTimes::milliseconds()[static_cast<std::size_t>(part)]; }

}  // namespace

START_TEST(test_nothing_is_measured_before_it_is_asked_for) {
  {
    const PartTimer timer(FramePart::alignment);
    // A timer that began before stays off.
    PartTimes::turn_on();
    wait_for_short_time();
  }
  ck_assert_double_eq(ms_of(FramePart::alignment), 0);
}
END_TEST

START_TEST(test_a_part_inside_of_another_takes_its_time_from_it) {
  PartTimes::turn_on();
  const auto begin = std::chrono::steady_clock::now();
  {
    const PartTimer outer(FramePart::rest);
    {
      const PartTimer inner(FramePart::alignment);
      for (int i = 0; i < 10; ++i) wait_for_short_time();
    }
    wait_for_short_time();
    const PartTimer next(FramePart::packing);
    wait_for_short_time();
  }
  const double all =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  ck_assert_double_ge(ms_of(FramePart::alignment), 10 * kShortMs);
  ck_assert_double_ge(ms_of(FramePart::rest), kShortMs);
  ck_assert_double_ge(ms_of(FramePart::packing), kShortMs);
  // Without the subtraction the outer part alone would have all of the time.
  ck_assert_double_le(
      ms_of(FramePart::alignment) + ms_of(FramePart::rest) + ms_of(FramePart::packing), all + 0.01);
}
END_TEST

START_TEST(test_threads_have_parts_of_their_own) {
  PartTimes::turn_on();
  const PartTimer outer(FramePart::rest);
  std::thread([] {
    const PartTimer timer(FramePart::brightness);
    wait_for_short_time();
  }).join();
  ck_assert_double_ge(ms_of(FramePart::brightness), kShortMs);
  ck_assert_double_eq(ms_of(FramePart::rest), 0);
}
END_TEST

int main() {
  return run_suite("part_times", {test_nothing_is_measured_before_it_is_asked_for,
                                  test_a_part_inside_of_another_takes_its_time_from_it,
                                  test_threads_have_parts_of_their_own});
}
