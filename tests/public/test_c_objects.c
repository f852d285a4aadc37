/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The C interface beside denoisers: capabilities, formats, models, pools and measures. */
#include "test_c_objects.h"

#include <denoiseae/denoiseae.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_the_library_tells_what_it_can_do) {
  int major = 0, minor = 0, patch = 0;
  ck_assert_int_eq(sscanf(denoiseae_version(), "%d.%d.%d", &major, &minor, &patch), 3);
  ck_assert_int_eq(denoiseae_version_number(), 10000 * major + 100 * minor + patch);
  ck_assert_int_eq(denoiseae_version_number(), DENOISEAE_VERSION);
  ck_assert_int_eq(denoiseae_has_engine(DENOISEAE_ENGINE_AUTO), 1);
  ck_assert_int_eq(denoiseae_has_engine(DENOISEAE_ENGINE_NATIVE), 1);
  ck_assert_int_eq(denoiseae_has_engine((denoiseae_engine)17), 0);
  ck_assert_int_eq(denoiseae_has_precision(DENOISEAE_FLOAT32), 1);
  ck_assert_int_gt((int)strlen(denoiseae_instruction_set()), 3);
  ck_assert_ptr_nonnull(strstr(denoiseae_model_names(), "balanced\n"));
}
END_TEST

/* The numbers of formats are a promise, and their names say whether it is kept. */
START_TEST(test_formats_have_their_numbers) {
  static const struct {
    denoiseae_format format;
    const char* name;
  } rows[] = {{DENOISEAE_I420, "I420"},           {DENOISEAE_NV12, "NV12"},
              {DENOISEAE_GRAY16_LE, "GRAY16_LE"}, {DENOISEAE_RGB, "RGB"},
              {DENOISEAE_ABGR, "ABGR"},           {DENOISEAE_P010_10LE, "P010_10LE"},
              {DENOISEAE_A420, "A420"},           {DENOISEAE_GBR_12LE, "GBR_12LE"},
              {DENOISEAE_V210, "v210"},           {DENOISEAE_RGB16, "RGB16"}};
  ck_assert_int_eq(denoiseae_format_count(), DENOISEAE_RGB16 + 1);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
    denoiseae_format_info info;
    info.struct_size = sizeof info;
    ck_assert_int_eq(denoiseae_get_format_info(rows[i].format, &info), DENOISEAE_OK);
    ck_assert_str_eq(info.name, rows[i].name);
    denoiseae_format found = DENOISEAE_I420;
    ck_assert_int_eq(denoiseae_format_from_name(rows[i].name, &found), DENOISEAE_OK);
    ck_assert_int_eq(found, rows[i].format);
  }
  denoiseae_format unused = DENOISEAE_NV12;
  ck_assert_int_eq(denoiseae_format_from_name("XYZ", &unused), DENOISEAE_UNSUPPORTED_FORMAT);
  ck_assert_int_eq(unused, DENOISEAE_NV12);
}
END_TEST

START_TEST(test_planes_have_their_sizes) {
  int row_bytes = 0, rows = 0;
  ck_assert_int_eq(denoiseae_plane_size(DENOISEAE_P010_10LE, 1, 33, 17, &row_bytes, &rows),
                   DENOISEAE_OK);
  ck_assert_int_eq(row_bytes, 68);
  ck_assert_int_eq(rows, 9);
  /* Six pixels are 16 bytes, and rows a multiple of 128. */
  ck_assert_int_eq(denoiseae_plane_size(DENOISEAE_V210, 0, 48, 2, &row_bytes, NULL), DENOISEAE_OK);
  ck_assert_int_eq(row_bytes, 128);
  ck_assert_int_eq(denoiseae_plane_size(DENOISEAE_I420, 3, 8, 8, &row_bytes, &rows),
                   DENOISEAE_BAD_ARGUMENT);
}
END_TEST

static unsigned char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  ck_assert_ptr_nonnull(file);
  ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char* bytes = malloc(*size);
  ck_assert_ptr_nonnull(bytes);
  ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
  fclose(file);
  return bytes;
}

START_TEST(test_models_come_from_files_and_memory) {
  const char* path = NULL;
  ck_assert_int_eq(denoiseae_find_model("fast", &path), DENOISEAE_OK);
  size_t size = 0;
  unsigned char* bytes = read_file(path, &size);
  denoiseae_model *from_file = NULL, *from_memory = NULL;
  ck_assert_int_eq(denoiseae_load_model(path, &from_file), DENOISEAE_OK);
  ck_assert_int_eq(denoiseae_load_model_from_memory(bytes, size, "mine", &from_memory),
                   DENOISEAE_OK);
  free(bytes);
  denoiseae_model_info a, b;
  a.struct_size = b.struct_size = sizeof a;
  ck_assert_int_eq(denoiseae_get_model_info(from_file, &a), DENOISEAE_OK);
  ck_assert_int_eq(denoiseae_get_model_info(from_memory, &b), DENOISEAE_OK);
  ck_assert_str_eq(a.name, "fast");
  ck_assert_str_eq(b.name, "mine");
  ck_assert_str_eq(a.architecture, "recurrent_unet");
  ck_assert_str_eq(a.manifest, b.manifest);
  ck_assert_int_eq((int)a.parameters, (int)b.parameters);
  ck_assert_int_gt((int)a.parameters, 10000);
  denoiseae_free_model(from_file);
  denoiseae_free_model(from_memory);
}
END_TEST

static void mark(void* user, int index) { ((int*)user)[index] += index + 1; }

START_TEST(test_pools_call_each_task_once) {
  denoiseae_thread_pool* pool = NULL;
  int calls[3] = {0, 0, 0};
  ck_assert_int_eq(denoiseae_new_thread_pool(3, &pool), DENOISEAE_OK);
  ck_assert_int_eq(denoiseae_thread_pool_count(pool), 3);
  ck_assert_int_eq(denoiseae_thread_pool_run(pool, mark, calls), DENOISEAE_OK);
  for (int i = 0; i < 3; ++i) ck_assert_int_eq(calls[i], i + 1);
  ck_assert_int_eq(denoiseae_thread_pool_run(pool, NULL, calls), DENOISEAE_BAD_ARGUMENT);
  denoiseae_free_thread_pool(pool);
}
END_TEST

START_TEST(test_measures_and_sharpening) {
  unsigned char a[64], b[64];
  memset(a, 100, sizeof a);
  memset(b, 110, sizeof b);
  denoiseae_frame first;
  memset(&first, 0, sizeof first);
  first.format = DENOISEAE_GRAY8;
  first.width = first.height = 8;
  first.data[0] = a;
  first.stride_bytes[0] = 8;
  denoiseae_frame second = first;
  second.data[0] = b;
  double psnr = 0, ssim = 0;
  ck_assert_int_eq(denoiseae_psnr(&first, &second, 0, &psnr), DENOISEAE_OK);
  ck_assert_double_eq_tol(psnr, 20 * log10(255 / 10.0), 1e-4);
  ck_assert_int_eq(denoiseae_ssim(&first, &first, 0, &ssim), DENOISEAE_OK);
  ck_assert_double_eq_tol(ssim, 1, 1e-6);
  ck_assert_int_eq(denoiseae_psnr(&first, &second, 1, &psnr), DENOISEAE_BAD_ARGUMENT);

  a[27] = 110;
  ck_assert_int_eq(denoiseae_sharpen3x3(&first, &second, 1, 0, NULL), DENOISEAE_OK);
  ck_assert_int_eq(b[27], 150);
  ck_assert_int_eq(b[26], 90);
  ck_assert_int_eq(denoiseae_sharpen3x3(&first, &second, 9, 0, NULL), DENOISEAE_BAD_ARGUMENT);
}
END_TEST

START_TEST(test_noise_has_models) {
  ck_assert_int_gt(denoiseae_noise_model_count(), 3);
  denoiseae_noise_model_info info;
  info.struct_size = sizeof info;
  ck_assert_int_eq(denoiseae_get_noise_model_info(0, &info), DENOISEAE_OK);
  ck_assert_str_eq(info.name, "gaussian");
  double sigma = 0;
  ck_assert_int_eq(denoiseae_noise_sigma(0, 12, &sigma), DENOISEAE_OK);
  ck_assert_double_eq(sigma, 12);
  static float samples[10000];
  ck_assert_int_eq(denoiseae_add_noise_to_samples(samples, 10000, 0, 51, 3), DENOISEAE_OK);
  double squares = 0;
  for (int i = 0; i < 10000; ++i) squares += samples[i] * samples[i];
  ck_assert_double_eq_tol(sqrt(squares / 10000), 0.2, 0.01);
  ck_assert_int_eq(denoiseae_get_noise_model_info(99, &info), DENOISEAE_BAD_ARGUMENT);
}
END_TEST

void add_object_tests(Suite* suite) {
  TCase* tests = tcase_create("objects");
  tcase_add_test(tests, test_the_library_tells_what_it_can_do);
  tcase_add_test(tests, test_formats_have_their_numbers);
  tcase_add_test(tests, test_planes_have_their_sizes);
  tcase_add_test(tests, test_models_come_from_files_and_memory);
  tcase_add_test(tests, test_pools_call_each_task_once);
  tcase_add_test(tests, test_measures_and_sharpening);
  tcase_add_test(tests, test_noise_has_models);
  suite_add_tcase(suite, tests);
}
