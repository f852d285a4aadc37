// SPDX-License-Identifier: LGPL-2.1-or-later
// One test for each way to end, for test_check.py.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "support/check.h"

using namespace denoiseae::test;

namespace {

void need_more() { skip_test("nothing like\nthat here"); }

}  // namespace

START_TEST(passes) { std::cout << "ok 99 - printed by a test" << std::endl; }
END_TEST

START_TEST(fails) { ck_assert_int_eq(6 * 7, 54); }
END_TEST

START_TEST(crashes) { std::raise(SIGSEGV); }
END_TEST

START_TEST(hangs) { sleep(30); }
END_TEST

START_TEST(exits) { std::exit(3); }
END_TEST

START_TEST(throws) { throw std::runtime_error("thrown by a test"); }
END_TEST

START_TEST(is_skipped) {
  need_more();
  ck_abort_msg("a skipped test goes on");
}
END_TEST

START_TEST(leaves_parts_out) {
  for (int i = 0; i < 1000; ++i) {
    skip_part("fast", "too old");
    skip_part("faster", "too old as well");
  }
}
END_TEST

START_TEST(fails_without_a_part) {
  skip_part("fast", "too old");
  ck_assert_msg(false, "without");
}
END_TEST

START_TEST(is_skipped_without_a_part) {
  skip_part("fast", "too old");
  skip_test("the others, too");
}
END_TEST

int main() {
  if (const char* lack = std::getenv("DENOISEAE_PLANTED_LACK"); lack != nullptr) {
    const TTest* const tests[] = {fails, crashes};
    return run_suite("planted", tests, lack);
  }
  return run_suite("planted",
                   {passes, fails, crashes, hangs, exits, throws, is_skipped, leaves_parts_out,
                    fails_without_a_part, is_skipped_without_a_part},
                   1);
}
