// SPDX-License-Identifier: LGPL-2.1-or-later
#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string>

#include "support/check.h"
#include "system/library_path.h"
#include "system/translate_errors.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

struct NoException {};

/// Returns the code and the message of the Error that leaves translate_errors.
template <typename Exception>
Error translated(const Exception& thrown) {
  try {
    translate_errors([] { return "a frame of 4x2"; }, [&] { throw thrown; });
  } catch (const Error& error) {
    return error;
  }
  ck_abort_msg("no Error was thrown");
}

void assert_error(const Error& error, ErrorCode code, const std::string& message) {
  ck_assert_str_eq(to_string(error.code()), to_string(code));
  ck_assert_str_eq(error.what(), message.c_str());
}

}  // namespace

START_TEST(test_results_pass) {
  int calls = 0;
  const std::string nothing = "nothing";
  const auto name = [&] { return nothing; };
  const std::string result = translate_errors(name, [] { return std::string("result"); });
  ck_assert_str_eq(result.c_str(), "result");
  translate_errors(name, [&] { ++calls; });
  ck_assert_int_eq(calls, 1);
}
END_TEST

START_TEST(test_every_exception_becomes_an_error) {
  assert_error(translated(Error(ErrorCode::corrupt, "the header is cut off")), ErrorCode::corrupt,
               "the header is cut off");
  assert_error(translated(std::bad_alloc()), ErrorCode::out_of_memory,
               "no memory for a frame of 4x2");
  assert_error(translated(std::bad_array_new_length()), ErrorCode::out_of_memory,
               "no memory for a frame of 4x2");
  assert_error(translated(std::runtime_error("the device is gone")), ErrorCode::engine_failure,
               "a frame of 4x2 failed: the device is gone");
  assert_error(translated(NoException()), ErrorCode::engine_failure,
               "a frame of 4x2 failed for an unknown reason");
}
END_TEST

START_TEST(test_work_is_named_only_when_it_fails) {
  translate_errors([]() -> std::string { ck_abort_msg("the name was asked for"); },
                   [] { return 1; });
}
END_TEST

// The library is linked into this program, whose file the system names.
START_TEST(test_the_folder_of_the_library_is_found) {
  std::error_code ec;
  const std::filesystem::path program = std::filesystem::canonical("/proc/self/exe", ec);
  if (ec) skip_test("this system has no /proc/self/exe");
  ck_assert(library_folder() == program.parent_path());
}
END_TEST

int main() {
  return run_suite(
      "system", {test_results_pass, test_every_exception_becomes_an_error,
                 test_work_is_named_only_when_it_fails, test_the_folder_of_the_library_is_found});
}
