/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The filter of OBS Studio, loaded by OBS's own library, without a display. This program stands in
 * for Wayland, and listens when the module registers its filter, so that it can call the filter as
 * OBS does. */
#include <check.h>
#include <denoiseae/denoiseae.h>
#include <dlfcn.h>
#include <math.h>
#include <obs-module.h>
#include <stdlib.h>
#include <string.h>
#define ENABLE_WAYLAND
#include <obs-nix-platform.h>

#define WIDTH 97
#define HEIGHT 65
#define FRAME_NS 40000000u

static struct obs_source_info info;

void obs_register_source_s(const struct obs_source_info* registered, size_t size) {
  void (*real)(const struct obs_source_info*, size_t) = NULL;
  *(void**)&real = dlsym(RTLD_NEXT, "obs_register_source_s");
  memcpy(&info, registered, size < sizeof info ? size : sizeof info);
  real(registered, size);
}

/* OBS asks Wayland for the keyboard, and nothing answers. */
void* wl_proxy_marshal_flags(void) { return NULL; }
int wl_proxy_add_listener(void) { return 0; }
uint32_t wl_proxy_get_version(void) { return 1; }
int wl_display_roundtrip(void) { return 0; }

static void be_silent(int level, const char* format, va_list arguments, void* user) {
  (void)level, (void)format, (void)arguments, (void)user;
}

static void start_obs(void) {
  obs_module_t* module = NULL;
  base_set_log_handler(be_silent, NULL);
  obs_set_nix_platform(OBS_NIX_PLATFORM_WAYLAND);
  ck_assert(obs_startup("en-US", NULL, NULL));
  ck_assert_int_eq(obs_open_module(&module, getenv("OBS_FILTER"), getenv("OBS_FILTER_DATA")),
                   MODULE_SUCCESS);
  ck_assert(obs_init_module(module));
}

static void stop_obs(void) {
  obs_shutdown();
  ck_assert_int_eq(bnum_allocs(), 0);
}

/* Where the samples of luma, or of green, lie in the first plane of a format. */
struct samples {
  enum video_format format;
  denoiseae_format library_format;
  int planes, offset, step, bits, shift, alpha_plane;
};

static const struct samples formats[] = {
    {VIDEO_FORMAT_I420, DENOISEAE_I420, 3, 0, 1, 8, 0, -1},
    {VIDEO_FORMAT_NV12, DENOISEAE_NV12, 2, 0, 1, 8, 0, -1},
    {VIDEO_FORMAT_YVYU, DENOISEAE_YVYU, 1, 0, 2, 8, 0, -1},
    {VIDEO_FORMAT_YUY2, DENOISEAE_YUY2, 1, 0, 2, 8, 0, -1},
    {VIDEO_FORMAT_UYVY, DENOISEAE_UYVY, 1, 1, 2, 8, 0, -1},
    {VIDEO_FORMAT_RGBA, DENOISEAE_RGBA, 1, 1, 4, 8, 0, -1},
    {VIDEO_FORMAT_BGRA, DENOISEAE_BGRA, 1, 1, 4, 8, 0, -1},
    {VIDEO_FORMAT_BGRX, DENOISEAE_BGRX, 1, 1, 4, 8, 0, -1},
    {VIDEO_FORMAT_Y800, DENOISEAE_GRAY8, 1, 0, 1, 8, 0, -1},
    {VIDEO_FORMAT_I444, DENOISEAE_Y444, 3, 0, 1, 8, 0, -1},
    {VIDEO_FORMAT_BGR3, DENOISEAE_BGR, 1, 1, 3, 8, 0, -1},
    {VIDEO_FORMAT_I422, DENOISEAE_Y42B, 3, 0, 1, 8, 0, -1},
    {VIDEO_FORMAT_I40A, DENOISEAE_I420, 3, 0, 1, 8, 0, 3},
    {VIDEO_FORMAT_I42A, DENOISEAE_Y42B, 3, 0, 1, 8, 0, 3},
    {VIDEO_FORMAT_YUVA, DENOISEAE_Y444, 3, 0, 1, 8, 0, 3},
    {VIDEO_FORMAT_AYUV, DENOISEAE_VUYA, 1, 2, 4, 8, 0, -1},
    {VIDEO_FORMAT_I010, DENOISEAE_I420_10LE, 3, 0, 2, 10, 0, -1},
    {VIDEO_FORMAT_P010, DENOISEAE_P010_10LE, 2, 0, 2, 10, 6, -1},
    {VIDEO_FORMAT_I210, DENOISEAE_I422_10LE, 3, 0, 2, 10, 0, -1},
    {VIDEO_FORMAT_I412, DENOISEAE_Y444_12LE, 3, 0, 2, 12, 0, -1},
    {VIDEO_FORMAT_YA2L, DENOISEAE_Y444_12LE, 3, 0, 2, 12, 0, 3},
};

static int plane_rows(enum video_format format, int plane, int height) {
  const int is_420 = format == VIDEO_FORMAT_I420 || format == VIDEO_FORMAT_NV12 ||
                     format == VIDEO_FORMAT_I40A || format == VIDEO_FORMAT_I010 ||
                     format == VIDEO_FORMAT_P010;
  return is_420 && (plane == 1 || plane == 2) ? (height + 1) / 2 : height;
}

static double clean_sample(int x, int y) { return 60 + x % 128 + y / 2 % 64; }

/* A ramp with noise whose standard deviation is about 10 in 8-bit codes; samples that are neither
 * luma nor green are flat. */
static void draw(struct obs_source_frame* frame, const struct samples* samples, uint64_t index) {
  uint32_t random = 12345u + 977u * (uint32_t)index;
  frame->timestamp = (index + 1) * FRAME_NS;
  for (int plane = 0; plane < MAX_AV_PLANES && frame->data[plane]; ++plane) {
    const int rows = plane_rows(frame->format, plane, (int)frame->height);
    const size_t bytes = (size_t)rows * frame->linesize[plane];
    if (samples->bits == 8)
      memset(frame->data[plane], 128, bytes);
    else
      for (size_t i = 0; i + 1 < bytes; i += 2)
        *(uint16_t*)(frame->data[plane] + i) =
            (uint16_t)(1 << (samples->bits - 1 + samples->shift));
  }
  for (int y = 0; y < (int)frame->height; ++y)
    for (int x = 0; x < (int)frame->width; ++x) {
      double noise = 0;
      for (int i = 0; i < 3; ++i) {
        random = random * 1664525u + 1013904223u;
        noise += (double)(random >> 16) / 65536 - 0.5;
      }
      const double value = (clean_sample(x, y) + 20 * noise) * (1 << (samples->bits - 8));
      unsigned char* sample =
          frame->data[0] + (size_t)y * frame->linesize[0] + samples->offset + x * samples->step;
      if (samples->bits == 8)
        *sample = (uint8_t)lrint(value);
      else
        *(uint16_t*)sample = (uint16_t)(lrint(value) << samples->shift);
    }
}

/* Mean square distance from the ramp in 8-bit codes. */
static double error_of(const struct obs_source_frame* frame, const struct samples* samples) {
  double sum = 0;
  for (int y = 0; y < (int)frame->height; ++y)
    for (int x = 0; x < (int)frame->width; ++x) {
      const unsigned char* sample =
          frame->data[0] + (size_t)y * frame->linesize[0] + samples->offset + x * samples->step;
      const double value =
          samples->bits == 8 ? *sample : *(const uint16_t*)sample >> samples->shift;
      const double off = value / (1 << (samples->bits - 8)) - clean_sample(x, y);
      sum += off * off;
    }
  return sum / ((double)frame->width * frame->height);
}

static obs_data_t* settings_of(const char* json) {
  obs_data_t* settings = obs_data_create_from_json(json);
  info.get_defaults(settings);
  return settings;
}

static void* make_filter(const char* json) {
  obs_data_t* settings = settings_of(json);
  void* filter = info.create(settings, NULL);
  obs_data_release(settings);
  ck_assert_ptr_nonnull(filter);
  return filter;
}

static void update(void* filter, const char* json) {
  obs_data_t* settings = settings_of(json);
  info.update(filter, settings);
  obs_data_release(settings);
}

/* Draws a frame, filters it, and returns its error. */
static double run(void* filter, struct obs_source_frame* frame, const struct samples* samples,
                  uint64_t index) {
  draw(frame, samples, index);
  ck_assert_ptr_eq(info.filter_video(filter, frame), frame);
  return error_of(frame, samples);
}

/* The problem that the properties show, or "". */
static void get_problem(void* filter, char* text, size_t size) {
  obs_properties_t* properties = info.get_properties(filter);
  obs_property_t* problem = obs_properties_get(properties, "problem");
  snprintf(text, size, "%s", problem ? obs_property_description(problem) : "");
  obs_properties_destroy(properties);
}

START_TEST(test_is_known_to_obs_by_its_names) {
  ck_assert_str_eq(obs_source_get_display_name("denoiseae_filter"), "Video Denoise (denoiseae)");
  ck_assert_int_eq(obs_get_source_output_flags("denoiseae_filter"), OBS_SOURCE_ASYNC_VIDEO);
  obs_properties_t* properties = obs_get_source_properties("denoiseae_filter");
  static const char* const names[] = {"model", "strength", "noise_level", "sharpen"};
  static const char* const texts[] = {"Model", "Strength", "Noise level", "Sharpen"};
  for (int i = 0; i < 4; ++i) {
    obs_property_t* property = obs_properties_get(properties, names[i]);
    ck_assert_ptr_nonnull(property);
    ck_assert_str_eq(obs_property_description(property), texts[i]);
    ck_assert_ptr_nonnull(strchr(obs_property_long_description(property), ' '));
  }
  obs_property_t* model = obs_properties_get(properties, "model");
  int found = 0;
  for (size_t i = 0; i < obs_property_list_item_count(model); ++i)
    found += strcmp(obs_property_list_item_string(model, i), "balanced") == 0;
  ck_assert_int_eq(found, 1);
  ck_assert_ptr_null(obs_properties_get(properties, "problem"));
  obs_properties_destroy(properties);
}
END_TEST

/* Some versions of OBS have no chroma for the last column of an odd width, or rows that begin inside a
 * sample; frames of such rows pass as they are. */
static int whole_width(const struct obs_source_frame* frame, const struct samples* samples) {
  const int width = (int)frame->width;
  int columns = width;
  for (int plane = 0; plane < samples->planes; ++plane) {
    int row_bytes = 0;
    ck_assert_int_eq(
        denoiseae_plane_size(samples->library_format, plane, width, 1, &row_bytes, NULL), 0);
    if (samples->bits > 8 && frame->linesize[plane] % 2 != 0) return 0;
    if ((uint32_t)row_bytes > frame->linesize[plane]) columns = width - 1;
  }
  return columns;
}

START_TEST(test_can_be_added_to_a_source) {
  obs_source_t* filter = obs_source_create_private("denoiseae_filter", "denoise", NULL);
  obs_data_t* settings = obs_source_get_settings(filter);
  ck_assert_str_eq(obs_data_get_string(settings, "model"), "fast");
  ck_assert_double_eq(obs_data_get_double(settings, "strength"), 1);
  ck_assert_double_eq(obs_data_get_double(settings, "noise_level"), -1);
  ck_assert_double_eq(obs_data_get_double(settings, "sharpen"), 0);
  obs_data_release(settings);
  obs_source_release(filter);
}
END_TEST

START_TEST(test_removes_noise_from_each_format) {
  const struct samples* samples = &formats[_i];
  void* filter = make_filter("{}");
  struct obs_source_frame* frame = obs_source_frame_create(samples->format, WIDTH, HEIGHT);
  draw(frame, samples, 0);
  const double noisy = error_of(frame, samples);
  ck_assert_double_gt(noisy, 80);
  double error = 0;
  for (uint64_t i = 0; i < 4; ++i) error = run(filter, frame, samples, i);
  if (whole_width(frame, samples) == 0)
    ck_assert_double_gt(error, 80);
  else
    ck_assert_double_lt(error, noisy / 3);
  if (samples->alpha_plane >= 0) {
    const unsigned char* alpha = frame->data[samples->alpha_plane];
    const size_t size = (size_t)frame->linesize[samples->alpha_plane] * HEIGHT;
    for (size_t i = 0; i < size; ++i)
      ck_assert_int_eq(alpha[i], samples->bits == 8 ? 128 : i % 2 ? 1 << (samples->bits - 9) : 0);
  }
  obs_source_frame_destroy(frame);
  info.destroy(filter);
}
END_TEST

/* Each frame has the bytes that the library makes of it. */
START_TEST(test_does_what_the_library_does) {
  const struct samples* samples = &formats[_i];
  void* filter = make_filter(
      "{\"model\": \"balanced\", \"strength\": 0.8, \"noise_level\": 12, \"sharpen\": 0.5}");
  struct obs_source_frame* frame = obs_source_frame_create(samples->format, WIDTH, HEIGHT);
  struct obs_source_frame* mine[2];
  denoiseae_frame views[2];
  for (int i = 0; i < 2; ++i) {
    mine[i] = obs_source_frame_create(samples->format, WIDTH, HEIGHT);
    views[i] = (denoiseae_frame){
        samples->library_format, whole_width(mine[i], samples), HEIGHT, {NULL}, {0}};
    for (int plane = 0; plane < samples->planes; ++plane) {
      views[i].data[plane] = mine[i]->data[plane];
      views[i].stride_bytes[plane] = mine[i]->linesize[plane];
    }
  }
  denoiseae_model* model = NULL;
  denoiseae_denoiser* denoiser = NULL;
  denoiseae_settings settings = DENOISEAE_SETTINGS_INIT;
  settings.strength = 0.8;
  settings.noise_level = 12;
  ck_assert_int_eq(denoiseae_load_model("balanced", &model), 0);
  ck_assert_int_eq(denoiseae_new(NULL, NULL, &denoiser), 0);
  ck_assert_int_eq(denoiseae_set_model(denoiser, model), 0);
  const int width = views[0].width > 0 ? views[0].width : WIDTH;
  ck_assert_int_eq(denoiseae_configure(denoiser, samples->library_format, width, HEIGHT, NULL), 0);
  /* Frames that pass as they are need no comparison. */
  for (uint64_t i = 0; i < 3 && views[0].width > 0; ++i) {
    run(filter, frame, samples, i);
    draw(mine[0], samples, i);
    ck_assert_int_eq(denoiseae_process(denoiser, &views[0], &views[1], &settings), 0);
    ck_assert_int_eq(denoiseae_sharpen3x3(&views[1], &views[0], 0.5, 1, NULL), 0);
    for (int plane = 0; plane < samples->planes; ++plane)
      ck_assert_mem_eq(frame->data[plane], mine[0]->data[plane],
                       (size_t)plane_rows(samples->format, plane, HEIGHT) * frame->linesize[plane]);
  }
  denoiseae_free(denoiser);
  denoiseae_free_model(model);
  for (int i = 0; i < 2; ++i) obs_source_frame_destroy(mine[i]);
  obs_source_frame_destroy(frame);
  info.destroy(filter);
}
END_TEST

START_TEST(test_takes_formats_and_sizes_as_they_come) {
  static const int sizes[][2] = {{64, 48}, {64, 80}, {97, 80}, {1, 1}, {3, 200}, {64, 48}};
  void* filter = make_filter("{\"sharpen\": 0.3}");
  for (size_t j = 0; j < sizeof formats / sizeof *formats; j += 4)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
      const struct samples* samples = &formats[j];
      struct obs_source_frame* frame =
          obs_source_frame_create(samples->format, (uint32_t)sizes[i][0], (uint32_t)sizes[i][1]);
      draw(frame, samples, 0);
      const double noisy = error_of(frame, samples);
      run(filter, frame, samples, 0);
      if (sizes[i][0] > 3 && whole_width(frame, samples) > 0) ck_assert_double_lt(error_of(frame, samples), noisy);
      obs_source_frame_destroy(frame);
    }
  char problem[512];
  get_problem(filter, problem, sizeof problem);
  ck_assert_str_eq(problem, "");
  info.destroy(filter);
}
END_TEST

START_TEST(test_properties_act_at_once) {
  const struct samples* samples = &formats[0];
  struct obs_source_frame* frame = obs_source_frame_create(samples->format, WIDTH, HEIGHT);
  draw(frame, samples, 0);
  const double noisy = error_of(frame, samples);
  void* filter = make_filter("{\"strength\": 0}");
  ck_assert_double_eq(run(filter, frame, samples, 0), noisy);
  update(filter, "{\"noise_level\": 10}");
  const double told = run(filter, frame, samples, 0);
  ck_assert_double_lt(told, noisy / 2);
  update(filter, "{\"noise_level\": 1}");
  ck_assert_double_gt(run(filter, frame, samples, 0), told * 2);
  update(filter, "{\"strength\": 0, \"sharpen\": 1}");
  ck_assert_double_gt(run(filter, frame, samples, 0), noisy * 2);
  obs_source_frame_destroy(frame);
  info.destroy(filter);
}
END_TEST

START_TEST(test_keeps_its_model_when_there_is_no_other) {
  const struct samples* samples = &formats[0];
  struct obs_source_frame* frame = obs_source_frame_create(samples->format, WIDTH, HEIGHT);
  draw(frame, samples, 0);
  const double noisy = error_of(frame, samples);
  char problem[512];

  void* filter = make_filter("{\"model\": \"nonesuch\"}");
  ck_assert_double_eq(run(filter, frame, samples, 0), noisy);
  get_problem(filter, problem, sizeof problem);
  ck_assert_ptr_nonnull(strstr(problem, "nonesuch"));

  update(filter, "{\"model\": \"balanced\"}");
  ck_assert_double_lt(run(filter, frame, samples, 1), noisy / 2);
  update(filter, "{\"model\": \"nonesuch\"}");
  ck_assert_double_lt(run(filter, frame, samples, 2), noisy / 2);
  get_problem(filter, problem, sizeof problem);
  ck_assert_ptr_nonnull(strstr(problem, "nonesuch"));
  update(filter, "{\"model\": \"balanced\"}");
  get_problem(filter, problem, sizeof problem);
  ck_assert_str_eq(problem, "");
  obs_source_frame_destroy(frame);
  info.destroy(filter);
}
END_TEST

START_TEST(test_lets_other_formats_pass) {
  struct obs_source_frame* frame = obs_source_frame_create(VIDEO_FORMAT_I420, WIDTH, HEIGHT);
  draw(frame, &formats[0], 0);
  const double noisy = error_of(frame, &formats[0]);
  char problem[512];
  void* filter = make_filter("{}");
  frame->format = (enum video_format)999;
  ck_assert_ptr_eq(info.filter_video(filter, frame), frame);
  ck_assert_double_eq(error_of(frame, &formats[0]), noisy);
  get_problem(filter, problem, sizeof problem);
  ck_assert_ptr_nonnull(strstr(problem, "pixel format"));
  frame->format = VIDEO_FORMAT_I420;
  ck_assert_double_lt(run(filter, frame, &formats[0], 0), noisy);
  get_problem(filter, problem, sizeof problem);
  ck_assert_str_eq(problem, "");
  obs_source_frame_destroy(frame);
  info.destroy(filter);
}
END_TEST

/* After a pause, or when the film begins again, a frame is the first of a stream. */
START_TEST(test_begins_anew_when_time_jumps) {
  const struct samples* samples = &formats[0];
  struct obs_source_frame* frame = obs_source_frame_create(samples->format, WIDTH, HEIGHT);
  void* filter = make_filter("{}");
  const double first = run(filter, frame, samples, 100);
  run(filter, frame, samples, 101);
  ck_assert_double_ne(run(filter, frame, samples, 102), first);
  ck_assert_double_eq(run(filter, frame, samples, 100), first);
  run(filter, frame, samples, 20);
  ck_assert_double_eq(run(filter, frame, samples, 100), first);
  obs_source_frame_destroy(frame);
  info.destroy(filter);
}
END_TEST

int main(void) {
  const int count = (int)(sizeof formats / sizeof *formats);
  Suite* suite = suite_create("obs_filter");
  TCase* tests = tcase_create("all");
  tcase_add_checked_fixture(tests, start_obs, stop_obs);
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, test_is_known_to_obs_by_its_names);
  tcase_add_test(tests, test_can_be_added_to_a_source);
  tcase_add_loop_test(tests, test_removes_noise_from_each_format, 0, count);
  tcase_add_loop_test(tests, test_does_what_the_library_does, 0, count);
  tcase_add_test(tests, test_takes_formats_and_sizes_as_they_come);
  tcase_add_test(tests, test_properties_act_at_once);
  tcase_add_test(tests, test_keeps_its_model_when_there_is_no_other);
  tcase_add_test(tests, test_lets_other_formats_pass);
  tcase_add_test(tests, test_begins_anew_when_time_jumps);
  suite_add_tcase(suite, tests);
  SRunner* runner = srunner_create(suite);
  srunner_set_tap(runner, "-");
  srunner_run_all(runner, CK_SILENT);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
