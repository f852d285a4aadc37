// SPDX-License-Identifier: LGPL-2.1-or-later
// The public headers compile alone (see header.cpp.in), and the library they promise can be linked.
#include <check.h>
#include <denoiseae/version.h>

#include <cstdlib>

START_TEST(test_library_has_the_version_of_the_project) {
  ck_assert_str_eq(denoiseae::version(), DAE_VERSION);
}
END_TEST

int main() {
  Suite* suite = suite_create("headers");
  TCase* cases = tcase_create("public");
  tcase_add_test(cases, test_library_has_the_version_of_the_project);
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
