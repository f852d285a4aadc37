// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstring>
#include <stdexcept>

#include "c_interface/guard.h"
#include "c_interface/handles.h"
#include "c_interface/structs.h"
#include "support/check.h"

using namespace denoiseae;

START_TEST(test_every_exception_becomes_a_status) {
  ck_assert_int_eq(guarded("work", [](const char*) {}), DENOISEAE_OK);
  const auto error = [](const char*) { throw Error(ErrorCode::corrupt, "a broken file"); };
  ck_assert_int_eq(guarded("work", error), DENOISEAE_CORRUPT);
  ck_assert_str_eq(denoiseae_error(), "a broken file");
  const auto no_memory = [](const char*) { throw std::bad_alloc(); };
  ck_assert_int_eq(guarded("work", no_memory), DENOISEAE_OUT_OF_MEMORY);
  ck_assert_str_eq(denoiseae_error(), "no memory in work");
  const auto other = [](const char*) { throw std::logic_error("a bug"); };
  ck_assert_int_eq(guarded("work", other), DENOISEAE_INTERNAL);
  ck_assert_str_eq(denoiseae_error(), "a bug");
  const auto unknown = [](const char*) { throw 7; };
  ck_assert_int_eq(guarded("work", unknown), DENOISEAE_INTERNAL);
}
END_TEST

START_TEST(test_statuses_are_the_codes_of_errors) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    const auto error = static_cast<ErrorCode>(code);
    const denoiseae_status status = set_error(error, "");
    ck_assert_int_ne(status, DENOISEAE_OK);
    ck_assert_str_eq(denoiseae_status_name(status), to_string(error));
  }
  ck_assert_str_eq(denoiseae_status_name(DENOISEAE_OK), "ok");
  ck_assert_int_eq(set_error(ErrorCode::internal, ""), DENOISEAE_INTERNAL);
  ck_assert_int_eq(set_error(ErrorCode::not_found, ""), DENOISEAE_NOT_FOUND);
}
END_TEST

START_TEST(test_structs_of_other_sizes_keep_what_they_lack) {
  const denoiseae_settings defaults = DENOISEAE_SETTINGS_INIT;
  denoiseae_settings given = DENOISEAE_SETTINGS_INIT;
  given.noise_level = 5;
  given.strength = 2;
  ck_assert_double_eq(with_defaults(&given, defaults, "work").strength, 2);
  given.struct_size = offsetof(denoiseae_settings, strength);
  ck_assert_double_eq(with_defaults(&given, defaults, "work").noise_level, 5);
  ck_assert_double_eq(with_defaults(&given, defaults, "work").strength, 1);
  ck_assert_double_eq(with_defaults<denoiseae_settings>(nullptr, defaults, "work").noise_level, -1);
  // A structure of a later version is longer than this library knows.
  struct {
    denoiseae_settings known = DENOISEAE_SETTINGS_INIT;
    int more[4] = {0, 0, 0, 0};
  } later;
  later.known.struct_size = sizeof later;
  later.known.strength = 2;
  ck_assert_double_eq(with_defaults(&later.known, defaults, "work").strength, 2);
  later.more[2] = 1;
  DAE_ASSERT_ERROR(with_defaults(&later.known, defaults, "work"), bad_argument);
  given.struct_size = 0;
  DAE_ASSERT_ERROR(with_defaults(&given, defaults, "work"), bad_argument);

  denoiseae_settings out{};
  out.struct_size = offsetof(denoiseae_settings, strength);
  out.strength = 77;
  write_struct(given, &out, "work");
  ck_assert_double_eq(out.noise_level, 5);
  ck_assert_double_eq(out.strength, 77);
  ck_assert_uint_eq(out.struct_size, offsetof(denoiseae_settings, strength));
}
END_TEST

START_TEST(test_frames_and_formats_are_checked) {
  denoiseae_frame frame{};
  DAE_ASSERT_ERROR(view_of(nullptr, "work", "in"), bad_argument);
  frame.format = static_cast<denoiseae_format>(4711);
  DAE_ASSERT_ERROR(view_of(&frame, "work", "in"), unsupported_format);
  frame.format = DENOISEAE_NV12;
  frame.stride_bytes[1] = 48;
  ck_assert_int_eq(static_cast<int>(view_of(&frame, "work", "in").format),
                   static_cast<int>(PixelFormat::nv12));
  ck_assert_int_eq(static_cast<int>(view_of(&frame, "work", "in").stride_bytes[1]), 48);
  ck_assert_ptr_null(pool_of(nullptr));
}
END_TEST

int main() {
  return denoiseae::test::run_suite(
      "guard",
      {test_every_exception_becomes_a_status, test_statuses_are_the_codes_of_errors,
       test_structs_of_other_sizes_keep_what_they_lack, test_frames_and_formats_are_checked});
}
