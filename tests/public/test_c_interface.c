/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The C interface as a program in C99 sees it: denoisers and what can go wrong with them. */
#include <check.h>
#include <denoiseae/denoiseae.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "test_c_objects.h"

double default_strength_in_cpp11(void);

enum { kWidth = 96, kHeight = 64, kSize = kWidth * kHeight * 3 / 2 };

static denoiseae_frame frame_in(unsigned char* bytes) {
  denoiseae_frame frame;
  memset(&frame, 0, sizeof frame);
  frame.format = DENOISEAE_I420;
  frame.width = kWidth;
  frame.height = kHeight;
  frame.data[0] = bytes;
  frame.data[1] = bytes + kWidth * kHeight;
  frame.data[2] = frame.data[1] + kWidth * kHeight / 4;
  frame.stride_bytes[0] = kWidth;
  frame.stride_bytes[1] = frame.stride_bytes[2] = kWidth / 2;
  return frame;
}

/* A slope of brightness without colour. */
static void draw(unsigned char* bytes) {
  memset(bytes, 128, kSize);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) bytes[y * kWidth + x] = (unsigned char)(60 + x + y / 2);
}

static denoiseae_denoiser* made_denoiser(void) {
  denoiseae_model* model = NULL;
  denoiseae_denoiser* denoiser = NULL;
  ck_assert_int_eq(denoiseae_load_model("fast", &model), DENOISEAE_OK);
  ck_assert_int_eq(denoiseae_new(NULL, NULL, &denoiser), DENOISEAE_OK);
  ck_assert_int_eq(denoiseae_set_model(denoiser, model), DENOISEAE_OK);
  /* The denoiser keeps what it needs. */
  denoiseae_free_model(model);
  ck_assert_int_eq(denoiseae_configure(denoiser, DENOISEAE_I420, kWidth, kHeight, NULL),
                   DENOISEAE_OK);
  return denoiser;
}

START_TEST(test_a_stream_loses_its_noise) {
  static unsigned char clean[kSize], noisy[kSize], result[kSize];
  denoiseae_denoiser* denoiser = made_denoiser();
  draw(clean);
  denoiseae_frame truth = frame_in(clean), in = frame_in(noisy), out = frame_in(result);
  double before = 0, after = 0;
  for (int i = 0; i < 4; ++i) {
    ck_assert_int_eq(denoiseae_add_noise(&truth, &in, 0, 15, 7, (uint64_t)i, NULL), DENOISEAE_OK);
    ck_assert_int_eq(denoiseae_process(denoiser, &in, &out, NULL), DENOISEAE_OK);
  }
  ck_assert_int_eq(denoiseae_psnr(&truth, &in, 0, &before), DENOISEAE_OK);
  ck_assert_int_eq(denoiseae_psnr(&truth, &out, 0, &after), DENOISEAE_OK);
  ck_assert_double_gt(after, before + 10);
  ck_assert_double_eq_tol(denoiseae_estimated_noise_level(denoiser), 15, 3);
  ck_assert_double_gt(denoiseae_history(denoiser), 1.5);

  int columns = 0, rows = 0;
  float luma[24], chroma[24];
  ck_assert_int_eq(denoiseae_get_noise_map(denoiser, &columns, &rows, NULL, NULL, 0), DENOISEAE_OK);
  ck_assert_int_eq(columns, kWidth / 16);
  ck_assert_int_eq(rows, kHeight / 16);
  ck_assert_int_eq(denoiseae_get_noise_map(denoiser, NULL, NULL, luma, chroma, 24), DENOISEAE_OK);
  for (int i = 0; i < 24; ++i) ck_assert_double_eq_tol(luma[i], 15, 6);

  denoiseae_reset(denoiser);
  ck_assert_double_eq(denoiseae_history(denoiser), 1);
  denoiseae_free(denoiser);
}
END_TEST

START_TEST(test_settings_change_what_is_done) {
  static unsigned char noisy[kSize], result[kSize];
  denoiseae_denoiser* denoiser = made_denoiser();
  for (int i = 0; i < kSize; ++i) noisy[i] = (unsigned char)(100 + i * 7919 % 31);
  denoiseae_frame in = frame_in(noisy), out = frame_in(result);
  denoiseae_settings settings = DENOISEAE_SETTINGS_INIT;
  ck_assert_double_eq(settings.strength, default_strength_in_cpp11());
  settings.strength = 0;
  ck_assert_int_eq(denoiseae_process(denoiser, &in, &out, &settings), DENOISEAE_OK);
  ck_assert_mem_eq(noisy, result, kSize);
  settings.strength = 1;
  settings.noise_level = 20;
  ck_assert_int_eq(denoiseae_process(denoiser, &in, &out, &settings), DENOISEAE_OK);
  ck_assert_int_ne(memcmp(noisy, result, kSize), 0);
  settings.show = DENOISEAE_SHOW_NOISE;
  ck_assert_int_eq(denoiseae_process(denoiser, &in, &out, &settings), DENOISEAE_OK);
  /* Four times the level that was told. */
  ck_assert_int_eq(result[kWidth * 20 + 20], 80);

  settings.strength = 3;
  ck_assert_int_eq(denoiseae_process(denoiser, &in, &out, &settings), DENOISEAE_BAD_ARGUMENT);
  ck_assert_ptr_nonnull(strstr(denoiseae_error(), "strength is 3"));
  denoiseae_free(denoiser);
}
END_TEST

START_TEST(test_structures_may_be_older_than_the_library) {
  static unsigned char noisy[kSize], result[kSize];
  denoiseae_denoiser* denoiser = made_denoiser();
  denoiseae_frame in = frame_in(noisy), out = frame_in(result);
  denoiseae_settings settings = DENOISEAE_SETTINGS_INIT;
  /* In a version that ended before strength, what lies there means nothing. */
  settings.struct_size = offsetof(denoiseae_settings, strength);
  settings.strength = 99;
  ck_assert_int_eq(denoiseae_process(denoiser, &in, &out, &settings), DENOISEAE_OK);

  denoiseae_denoiser_info info;
  memset(&info, 0, sizeof info);
  ck_assert_int_eq(denoiseae_get_denoiser_info(denoiser, &info), DENOISEAE_BAD_ARGUMENT);
  ck_assert_ptr_nonnull(strstr(denoiseae_error(), "struct_size"));
  info.struct_size = offsetof(denoiseae_denoiser_info, threads);
  ck_assert_int_eq(denoiseae_get_denoiser_info(denoiser, &info), DENOISEAE_OK);
  ck_assert_str_eq(info.device, "cpu");
  ck_assert_int_eq((int)info.memory_bytes, 0);
  info.struct_size = sizeof info;
  ck_assert_int_eq(denoiseae_get_denoiser_info(denoiser, &info), DENOISEAE_OK);
  ck_assert_int_gt((int)info.memory_bytes, 0);
  denoiseae_free(denoiser);
}
END_TEST

static int keep_progress(void* user, double share) {
  double* last = user;
  ck_assert_double_ge(share, *last);
  ck_assert_double_le(share, 1);
  *last = share;
  return 0;
}

START_TEST(test_progress_ends_with_the_frame) {
  static unsigned char noisy[kSize], result[kSize];
  denoiseae_denoiser* denoiser = made_denoiser();
  denoiseae_frame in = frame_in(noisy), out = frame_in(result);
  double last = 0;
  ck_assert_int_eq(denoiseae_set_progress(denoiser, keep_progress, &last), DENOISEAE_OK);
  /* It stays when the size is set again. */
  ck_assert_int_eq(denoiseae_configure(denoiser, DENOISEAE_I420, kWidth, kHeight, NULL),
                   DENOISEAE_OK);
  ck_assert_int_eq(denoiseae_process(denoiser, &in, &out, NULL), DENOISEAE_OK);
  ck_assert_double_eq(last, 1);
  last = 0;
  ck_assert_int_eq(denoiseae_set_progress(denoiser, NULL, NULL), DENOISEAE_OK);
  ck_assert_int_eq(denoiseae_process(denoiser, &in, &out, NULL), DENOISEAE_OK);
  ck_assert_double_eq(last, 0);
  denoiseae_free(denoiser);
}
END_TEST

START_TEST(test_failures_say_why) {
  denoiseae_denoiser* denoiser = NULL;
  denoiseae_model* model = NULL;
  ck_assert_str_eq(denoiseae_error(), "");
  ck_assert_int_eq(denoiseae_load_model("no-such-model", &model), DENOISEAE_NOT_FOUND);
  ck_assert_ptr_null(model);
  ck_assert_ptr_nonnull(strstr(denoiseae_error(), "no-such-model"));
  ck_assert_int_eq(denoiseae_load_model_from_memory("x", 1, "mine", &model), DENOISEAE_CORRUPT);
  ck_assert_ptr_nonnull(strstr(denoiseae_error(), "mine"));
  ck_assert_int_eq(denoiseae_load_model(NULL, &model), DENOISEAE_BAD_ARGUMENT);
  ck_assert_int_eq(denoiseae_new(NULL, NULL, NULL), DENOISEAE_BAD_ARGUMENT);
  ck_assert_int_eq(denoiseae_new(NULL, NULL, &denoiser), DENOISEAE_OK);
  ck_assert_int_eq(denoiseae_configure(denoiser, DENOISEAE_I420, 64, 64, NULL),
                   DENOISEAE_BAD_ARGUMENT);
  ck_assert_int_eq(denoiseae_process(denoiser, NULL, NULL, NULL), DENOISEAE_BAD_ARGUMENT);
  ck_assert_int_eq(denoiseae_process(NULL, NULL, NULL, NULL), DENOISEAE_BAD_ARGUMENT);
  denoiseae_free(denoiser);

  denoiser = made_denoiser();
  ck_assert_int_eq(denoiseae_configure(denoiser, (denoiseae_format)1000, 64, 64, NULL),
                   DENOISEAE_UNSUPPORTED_FORMAT);
  ck_assert_int_eq(denoiseae_configure(denoiser, DENOISEAE_I420, 0, 64, NULL),
                   DENOISEAE_UNSUPPORTED_FORMAT);
  denoiseae_options options = DENOISEAE_OPTIONS_INIT;
  options.precision = (denoiseae_precision)9;
  ck_assert_int_eq(denoiseae_configure(denoiser, DENOISEAE_I420, 64, 64, &options),
                   DENOISEAE_BAD_ARGUMENT);
  options.precision = DENOISEAE_FLOAT32;
  options.device = "cuda:7";
  options.engine = DENOISEAE_ENGINE_NATIVE;
  ck_assert_int_eq(denoiseae_configure(denoiser, DENOISEAE_I420, 64, 64, &options),
                   DENOISEAE_DEVICE_UNAVAILABLE);
  ck_assert_str_eq(denoiseae_status_name(DENOISEAE_DEVICE_UNAVAILABLE), "device_unavailable");
  /* After all that it can be used. */
  ck_assert_int_eq(denoiseae_configure(denoiser, DENOISEAE_I420, kWidth, kHeight, NULL),
                   DENOISEAE_OK);
  denoiseae_free(denoiser);
  denoiseae_free(NULL);
  denoiseae_free_model(NULL);
  denoiseae_free_thread_pool(NULL);
}
END_TEST

int main(void) {
  Suite* suite = suite_create("c-interface");
  TCase* tests = tcase_create("denoisers");
  tcase_add_test(tests, test_a_stream_loses_its_noise);
  tcase_add_test(tests, test_settings_change_what_is_done);
  tcase_add_test(tests, test_structures_may_be_older_than_the_library);
  tcase_add_test(tests, test_progress_ends_with_the_frame);
  tcase_add_test(tests, test_failures_say_why);
  suite_add_tcase(suite, tests);
  add_object_tests(suite);
  SRunner* runner = srunner_create(suite);
  srunner_set_tap(runner, "-");
  srunner_run_all(runner, CK_SILENT);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
