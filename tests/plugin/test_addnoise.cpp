// SPDX-License-Identifier: LGPL-2.1-or-later
// The noise that addnoise adds.
#include <denoiseae/noise.h>

#include <cmath>

#include "fixture.h"

namespace {

const GstVideoInfo kInfo = video_info("GRAY8", 200, 150);

GstBuffer* gray_buffer() {
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&kInfo), nullptr);
  gst_buffer_memset(buffer, 0, 128, GST_VIDEO_INFO_SIZE(&kInfo));
  return buffer;
}

std::vector<int> noisy_frame(const std::string& description, int frame) {
  GstHarness* harness = make_harness(description, kInfo);
  std::vector<int> samples;
  for (int i = 0; i <= frame; ++i) {
    GstBuffer* out = process(harness, gray_buffer());
    samples = component_samples(out, kInfo, 0);
    gst_buffer_unref(out);
  }
  gst_harness_teardown(harness);
  return samples;
}

}  // namespace

GST_START_TEST(test_same_seed_same_bytes) {
  const std::vector<int> first = noisy_frame("addnoise level=10 seed=5", 0);
  fail_unless(first == noisy_frame("addnoise level=10 seed=5", 0));
  fail_unless(first != noisy_frame("addnoise level=10 seed=6", 0));
  fail_unless(first != noisy_frame("addnoise level=10 seed=5", 1));
}
GST_END_TEST

GST_START_TEST(test_restart_repeats_the_noise) {
  GstElement* element = make_element("addnoise level=10");
  std::vector<int> runs[2];
  for (std::vector<int>& run : runs) {
    GstHarness* harness = make_harness(GST_ELEMENT(gst_object_ref(element)), kInfo);
    GstBuffer* out = process(harness, gray_buffer());
    run = component_samples(out, kInfo, 0);
    gst_buffer_unref(out);
    gst_harness_teardown(harness);
  }
  fail_unless(runs[0] == runs[1]);
  gst_object_unref(element);
}
GST_END_TEST

// The frames are large enough for more than one thread.
GST_START_TEST(test_large_frames_do_not_depend_on_threads) {
  const GstVideoInfo info = video_info("I420", 1600, 1000);
  const auto bytes_from = [&](const std::string& description) {
    GstHarness* harness = make_harness(description, info);
    std::string bytes;
    for (int frame = 0; frame < 2; ++frame) {
      GstBuffer* in = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
      GstMapInfo map;
      fail_unless(gst_buffer_map(in, &map, GST_MAP_WRITE));
      for (gsize i = 0; i < map.size; ++i) map.data[i] = static_cast<guint8>(i * i / 977);
      gst_buffer_unmap(in, &map);
      GstBuffer* out = process(harness, in);
      fail_unless(gst_buffer_map(out, &map, GST_MAP_READ));
      bytes.append(reinterpret_cast<const char*>(map.data), map.size);
      gst_buffer_unmap(out, &map);
      gst_buffer_unref(out);
    }
    gst_harness_teardown(harness);
    return bytes;
  };
  for (const char* element : {"addnoise", "sharpen3x3 luma-only=false"}) {
    const std::string alone = bytes_from(std::string(element) + " threads=1");
    fail_unless(alone == bytes_from(std::string(element) + " threads=3"));
    fail_unless(alone == bytes_from(element));
  }
}
GST_END_TEST

GST_START_TEST(test_gaussian_has_the_level_asked_for) {
  const std::vector<int> samples = noisy_frame("addnoise model=gaussian level=20", 0);
  double sum = 0, squares = 0;
  for (const int x : samples) {
    sum += x - 128;
    squares += (x - 128.0) * (x - 128.0);
  }
  const double count = static_cast<double>(samples.size());
  // The limits are five standard errors of mean and deviation. Rounding and clamping add far less.
  fail_unless(std::abs(sum / count) < 5 * 20 / std::sqrt(count));
  fail_unless(std::abs(std::sqrt(squares / count) - 20) < 5 * 20 / std::sqrt(2 * count));
}
GST_END_TEST

GST_START_TEST(test_every_model_of_the_library_is_offered) {
  for (const denoiseae::NoiseModelInfo& row : denoiseae::noise_models()) {
    const std::vector<int> samples = noisy_frame("addnoise model=" + std::string(row.name), 0);
    fail_unless(samples != std::vector<int>(samples.size(), 128), "%s adds nothing",
                std::string(row.name).c_str());
  }
}
GST_END_TEST

GST_START_TEST(test_level_beyond_the_model_is_an_error) {
  int tested = 0;
  for (const denoiseae::NoiseModelInfo& row : denoiseae::noise_models()) {
    const double level = row.max_level * 1.01;
    // The property itself refuses a level beyond the widest range of all models.
    if (level > 10'000) continue;
    GstHarness* harness = make_harness(
        "addnoise model=" + std::string(row.name) + " level=" + std::to_string(level), kInfo);
    Bus bus(harness->element);
    fail_unless_equals_int(gst_harness_push(harness, gray_buffer()), GST_FLOW_ERROR);
    bus.only_error(GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS);
    gst_harness_teardown(harness);
    ++tested;
  }
  fail_unless_equals_int(tested + 1, static_cast<int>(denoiseae::noise_models().size()));
}
GST_END_TEST

static Suite* addnoise_suite(void) {
  TCase* cases = model_case("addnoise");
  tcase_add_test(cases, test_same_seed_same_bytes);
  tcase_add_test(cases, test_restart_repeats_the_noise);
  tcase_add_test(cases, test_gaussian_has_the_level_asked_for);
  tcase_add_test(cases, test_large_frames_do_not_depend_on_threads);
  tcase_add_test(cases, test_every_model_of_the_library_is_offered);
  tcase_add_test(cases, test_level_beyond_the_model_is_an_error);
  return suite_of("addnoise", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, addnoise_suite); }
