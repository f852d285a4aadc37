// SPDX-License-Identifier: LGPL-2.1-or-later
// The public headers compile alone (see header.cpp.in), and a program can link the library.
#include <denoiseae/version.h>

#include "support/check.h"

START_TEST(test_library_has_the_version_of_the_project) {
  ck_assert_str_eq(denoiseae::version(), DAE_VERSION);
}
END_TEST

int main() {
  return denoiseae::test::run_suite("headers", {test_library_has_the_version_of_the_project});
}
