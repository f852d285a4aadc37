// SPDX-License-Identifier: LGPL-2.1-or-later
// Check for tests in C++: a table of tests, and exceptions by code.
#pragma once

#include <check.h>
// The standard library's headers, included after this one, use the name.
#undef fail
#include <denoiseae/error.h>

#include <cstdlib>
#include <initializer_list>

namespace denoiseae::test {

/// Runs the tests, each in a process of its own; returns what main returns.
inline int run_suite(const char* name, std::initializer_list<const TTest*> tests,
                     double timeout_s = 60) {
  Suite* suite = suite_create(name);
  TCase* tcase = tcase_create(name);
  tcase_set_timeout(tcase, timeout_s);
  for (const TTest* test : tests) tcase_add_test(tcase, test);
  suite_add_tcase(suite, tcase);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace denoiseae::test

/// The expression throws denoiseae::Error with this code and a message.
#define DAE_ASSERT_ERROR(expression, expected_code)                                    \
  do {                                                                                 \
    bool thrown = false;                                                               \
    try {                                                                              \
      expression;                                                                      \
    } catch (const denoiseae::Error& error) {                                          \
      thrown = true;                                                                   \
      ck_assert_str_eq(denoiseae::to_string(error.code()),                             \
                       denoiseae::to_string(denoiseae::ErrorCode::expected_code));     \
      ck_assert_msg(error.what()[0] != '\0', #expression " throws without a message"); \
    }                                                                                  \
    ck_assert_msg(thrown, #expression " does not throw " #expected_code);              \
  } while (false)
