// SPDX-License-Identifier: LGPL-2.1-or-later
// Check for tests in C++: a table of tests, tests that cannot run here, and exceptions by code.
#pragma once

#include <check.h>
// The standard library's headers, which may come after this one, use the name fail.
#undef fail
#include <denoiseae/error.h>

#include <initializer_list>
#include <span>
#include <string>

namespace denoiseae::test {

/// Runs the tests, each in a process of its own, and returns what main returns. CK_RUN_CASE names
/// one of them. stdout has the results in the Test Anything Protocol, which Meson reads; stderr has
/// the failures and whatever the tests print.
int run_suite(const char* name, std::initializer_list<const TTest*> tests, double timeout_s = 60);
/// Runs a list of tests in the same way. lack: null, or the reason why all of them are skipped.
int run_suite(const char* name, std::span<const TTest* const> tests, const char* lack,
              double timeout_s = 60);

/// Ends the running test. It is reported as skipped, never as passed.
[[noreturn]] void skip_test(const std::string& reason);

/// Reports that the running test goes on without a part of it, one kernel of several for example.
void skip_part(const std::string& part, const std::string& reason);

}  // namespace denoiseae::test

/// Checks that the expression throws denoiseae::Error with this code and a message.
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
