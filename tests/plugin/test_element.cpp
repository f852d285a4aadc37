// SPDX-License-Identifier: LGPL-2.1-or-later
// The life of elements: states, restarts, properties, presets, statistics, messages.
#include <denoiseae/noise.h>

#include "fixture.h"

namespace {

const GstVideoInfo kInfo = video_info("I420", 64, 48);
const char* const kElements[] = {"denoiseae", "sharpen3x3", "addnoise"};

GstBuffer* timed_buffer(GstClockTime time) {
  GstBuffer* buffer = random_buffer(kInfo, 0, 1);
  GST_BUFFER_PTS(buffer) = time;
  GST_BUFFER_DURATION(buffer) = GST_SECOND / 4;
  return buffer;
}

double number(GstElement* element, const char* property) {
  double value = 0;
  g_object_get(element, property, &value, nullptr);
  return value;
}

guint64 clock_field(const GstStructure* structure, const char* field) {
  guint64 value = 0;
  fail_unless(gst_structure_get_uint64(structure, field, &value), "no field %s", field);
  return value;
}

}  // namespace

GST_START_TEST(test_states_without_links) {
  GstElement* element = make_element(kElements[__i__]);
  for (int i = 0; i < 20; ++i) {
    fail_unless_equals_int(gst_element_set_state(element, GST_STATE_PLAYING),
                           GST_STATE_CHANGE_SUCCESS);
    fail_unless_equals_int(gst_element_set_state(element, GST_STATE_NULL),
                           GST_STATE_CHANGE_SUCCESS);
  }
  gst_object_unref(element);
}
GST_END_TEST

GST_START_TEST(test_twenty_restarts_with_frames) {
  GstElement* element = make_element(kElements[__i__]);
  std::vector<int> first;
  for (int i = 0; i < 20; ++i) {
    GstHarness* harness = make_harness(GST_ELEMENT(gst_object_ref(element)), kInfo);
    GstBuffer* out = process(harness, random_buffer(kInfo, 0, 1));
    if (i == 0) first = component_samples(out, kInfo, 0);
    fail_unless(component_samples(out, kInfo, 0) == first, "run %d differs", i);
    gst_buffer_unref(out);
    gst_harness_teardown(harness);
    fail_unless_equals_int(gst_element_set_state(element, GST_STATE_NULL),
                           GST_STATE_CHANGE_SUCCESS);
  }
  gst_object_unref(element);
}
GST_END_TEST

GST_START_TEST(test_ready_needs_no_model) {
  GstElement* element = make_element("denoiseae model=not-there");
  fail_unless_equals_int(gst_element_set_state(element, GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
  g_object_set(element, "model", "balanced", nullptr);
  fail_unless_equals_int(gst_element_set_state(element, GST_STATE_PAUSED),
                         GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state(element, GST_STATE_NULL);
  gst_object_unref(element);
}
GST_END_TEST

GST_START_TEST(test_model_changes_at_the_next_start) {
  GstElement* element = make_element("denoiseae model=small");
  const GstVideoInfo small = video_info("I420", 32, 16);
  GstHarness* harness = make_harness(GST_ELEMENT(gst_object_ref(element)), small);
  gst_buffer_unref(process(harness, random_buffer(small, 0, 1)));
  g_object_set(element, "model", "balanced", nullptr);
  gst_buffer_unref(process(harness, random_buffer(small, 0, 1)));
  gst_harness_teardown(harness);
  gst_element_set_state(element, GST_STATE_NULL);

  harness = make_harness(element, kInfo);
  gst_buffer_unref(process(harness, random_buffer(kInfo, 0, 1)));
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_two_elements_at_once) {
  const GstVideoInfo other = video_info("RGB", 31, 17);
  GstHarness* a = make_harness("denoiseae noise-level=0", kInfo);
  GstHarness* b = make_harness("denoiseae noise-level=0", other);
  for (int i = 0; i < 3; ++i) {
    GstBuffer* from_b = process(b, random_buffer(other, 0, i));
    GstBuffer* from_a = process(a, random_buffer(kInfo, 0, i));
    fail_unless_equals_int(gst_buffer_get_size(from_a), GST_VIDEO_INFO_SIZE(&kInfo));
    fail_unless_equals_int(gst_buffer_get_size(from_b), GST_VIDEO_INFO_SIZE(&other));
    gst_buffer_unref(from_a);
    gst_buffer_unref(from_b);
  }
  gst_harness_teardown(b);
  gst_buffer_unref(process(a, random_buffer(kInfo, 0, 4)));
  gst_harness_teardown(a);
}
GST_END_TEST

GST_START_TEST(test_properties_and_states_from_other_threads) {
  GstHarness* harness = make_harness("denoiseae", kInfo);
  g_object_set(harness->element, "qos", FALSE, nullptr);
  GstBuffer* buffer = random_buffer(kInfo, 0, 1);
  GstCaps* caps = gst_video_info_to_caps(&kInfo);
  GstEvent* reconfigure = gst_event_new_reconfigure();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_set_drop_buffers(harness, TRUE);
  GValue strength = G_VALUE_INIT;
  g_value_init(&strength, G_TYPE_DOUBLE);
  GstHarnessThread* threads[] = {
      gst_harness_stress_push_buffer_start(harness, caps, &segment, buffer),
      gst_harness_stress_property_start(harness, "strength", &strength),
      gst_harness_stress_send_upstream_event_start(harness, reconfigure),
  };
  for (int i = 0; i < 50; ++i) {
    GstStructure* stats = nullptr;
    g_object_set(harness->element, "strength", 1.0, nullptr);
    g_object_get(harness->element, "stats", &stats, nullptr);
    gst_structure_free(stats);
    g_usleep(2000);
  }
  for (GstHarnessThread* thread : threads) fail_unless(gst_harness_stress_thread_stop(thread) > 0);
  gst_event_unref(reconfigure);
  gst_caps_unref(caps);
  gst_buffer_unref(buffer);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_stats) {
  g_setenv("DENOISEAE_FAKE_SLEEP_MS", "5", TRUE);
  GstHarness* harness = make_harness("denoiseae threads=2", kInfo);
  for (int i = 0; i < 4; ++i) gst_buffer_unref(process(harness, random_buffer(kInfo, 0, i)));
  GstStructure* stats = nullptr;
  g_object_get(harness->element, "stats", &stats, nullptr);
  fail_unless_equals_uint64(clock_field(stats, "frames"), 4);
  fail_unless_equals_uint64(clock_field(stats, "dropped"), 0);
  fail_unless(clock_field(stats, "mean-time") >= 5 * GST_MSECOND);
  fail_unless(clock_field(stats, "p99-time") >= clock_field(stats, "mean-time"));
  fail_unless_equals_string(gst_structure_get_string(stats, "engine"), "torch");
  fail_unless_equals_string(gst_structure_get_string(stats, "precision"), "float32");
  guint threads = 0;
  gint64 memory = 0;
  fail_unless(gst_structure_get(stats, "threads", G_TYPE_UINT, &threads, "memory", G_TYPE_INT64,
                                &memory, nullptr));
  fail_unless_equals_int(threads, 2);
  fail_unless(memory > 1000);  // the fake engine names 1000, and the planes add to that
  gst_structure_free(stats);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_messages_once_a_second_of_running_time) {
  GstHarness* harness = make_harness("denoiseae noise-level=12 post-messages=true", kInfo);
  Bus bus(harness->element);
  const GstClockTime offset = 10 * GST_SECOND;
  for (int i = 0; i <= 8; ++i) {
    gst_buffer_unref(process(harness, timed_buffer(offset + i * GST_SECOND / 4)));
    GstMessage* message = bus.pop(GST_MESSAGE_ELEMENT);
    fail_unless((message != nullptr) == (i == 4 || i == 8), "frame %d", i);
    if (message == nullptr) continue;
    const GstStructure* fields = gst_message_get_structure(message);
    fail_unless(gst_structure_has_name(fields, "denoiseae"));
    const GstClockTime time = offset + i * GST_SECOND / 4;
    fail_unless_equals_uint64(clock_field(fields, "timestamp"), time);
    fail_unless_equals_uint64(clock_field(fields, "stream-time"), time);
    fail_unless_equals_uint64(clock_field(fields, "running-time"), time);
    fail_unless_equals_uint64(clock_field(fields, "duration"), GST_SECOND / 4);
    fail_unless_equals_uint64(clock_field(fields, "frames"), i + 1);
    fail_unless(clock_field(fields, "frame-time") > 0);
    double level = 0;
    fail_unless(gst_structure_get_double(fields, "noise-level", &level));
    fail_unless_equals_float(level, 12);
    double history = 0;
    fail_unless(gst_structure_get_double(fields, "history", &history));
    fail_unless_equals_float(history, 1);
    gst_message_unref(message);
  }
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_messages_without_timestamps) {
  g_setenv("DENOISEAE_FAKE_SLEEP_MS", "300", TRUE);
  GstHarness* harness = make_harness("denoiseae noise-level=12 post-messages=true", kInfo);
  Bus bus(harness->element);
  GstMessage* message = nullptr;
  for (int i = 0; i <= 4; ++i) {
    fail_unless(message == nullptr, "a message after %d frames", i);
    gst_buffer_unref(process(harness, random_buffer(kInfo, 0, 1)));
    message = bus.pop(GST_MESSAGE_ELEMENT);
  }
  fail_unless(message != nullptr);
  const GstStructure* fields = gst_message_get_structure(message);
  fail_unless_equals_uint64(clock_field(fields, "timestamp"), GST_CLOCK_TIME_NONE);
  fail_unless_equals_uint64(clock_field(fields, "frames"), 5);
  gst_message_unref(message);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_no_messages_unless_asked_for) {
  GstHarness* harness = make_harness("denoiseae", kInfo);
  Bus bus(harness->element);
  for (int i = 0; i <= 8; ++i) gst_buffer_unref(process(harness, timed_buffer(i * GST_SECOND)));
  fail_unless_equals_int(bus.count(GST_MESSAGE_ELEMENT), 0);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_presets) {
  GstElement* element = make_element("denoiseae");
  gchar** names = gst_preset_get_preset_names(GST_PRESET(element));
  fail_unless_equals_int(g_strv_length(names), 5);
  g_strfreev(names);
  struct {
    const char* name;
    double strength, chroma;
  } const expected[] = {{"light", 0.6, 1},
                        {"medium", 1, 1},
                        {"strong", 1.5, 1.2},
                        {"webcam-low-light", 1.2, 1.8},
                        {"archive-film", 0.5, 1.5}};
  for (const auto& preset : expected) {
    fail_unless(gst_preset_load_preset(GST_PRESET(element), preset.name), "%s", preset.name);
    fail_unless_equals_float(number(element, "strength"), preset.strength);
    fail_unless_equals_float(number(element, "chroma-strength"), preset.chroma);
    fail_unless_equals_float(number(element, "noise-level"), -1);
    gchar* comment = nullptr;
    fail_unless(gst_preset_get_meta(GST_PRESET(element), preset.name, "comment", &comment));
    g_free(comment);
  }
  gst_object_unref(element);
}
GST_END_TEST

GST_START_TEST(test_properties_keep_what_is_set) {
  GstElement* element = make_element(
      "denoiseae model=small noise-level=7 strength=0.5 chroma-strength=2 threads=3 engine=torch "
      "precision=float32 device=cuda:0 temporal=false post-messages=true show=difference");
  gchar *model = nullptr, *device = nullptr;
  guint threads = 0;
  gint engine = 0, precision = 0, show = 0;
  gboolean temporal = TRUE, messages = FALSE;
  g_object_get(element, "model", &model, "device", &device, "threads", &threads, "engine", &engine,
               "precision", &precision, "temporal", &temporal, "post-messages", &messages, "show",
               &show, nullptr);
  fail_unless_equals_int(show, 2);
  fail_unless_equals_string(model, "small");
  fail_unless_equals_string(device, "cuda:0");
  fail_unless_equals_int(threads, 3);
  fail_unless_equals_int(engine, 2);
  fail_unless_equals_int(precision, 1);
  fail_unless(!temporal);
  fail_unless(messages);
  fail_unless_equals_float(number(element, "noise-level"), 7);
  fail_unless_equals_float(number(element, "strength"), 0.5);
  fail_unless_equals_float(number(element, "chroma-strength"), 2);
  g_free(model);
  g_free(device);
  g_object_set(element, "model", nullptr, "device", nullptr, nullptr);
  g_object_get(element, "model", &model, "device", &device, nullptr);
  fail_unless_equals_string(model, "balanced");
  fail_unless_equals_string(device, "cpu");
  g_free(model);
  g_free(device);
  gst_object_unref(element);
}
GST_END_TEST

GST_START_TEST(test_properties_of_addnoise_keep_what_is_set) {
  GstElement* element =
      make_element("addnoise model=salt-pepper level=0.25 seed=4000000000 threads=3");
  gint model = 0;
  guint seed = 0, threads = 0;
  g_object_get(element, "model", &model, "seed", &seed, "threads", &threads, nullptr);
  fail_unless_equals_int(model, static_cast<gint>(denoiseae::NoiseModel::salt_pepper));
  fail_unless_equals_float(number(element, "level"), 0.25);
  fail_unless_equals_uint64(seed, 4000000000u);
  fail_unless_equals_int(threads, 3);
  gst_object_unref(element);
}
GST_END_TEST

GST_START_TEST(test_properties_of_sharpen3x3_keep_what_is_set) {
  GstElement* element = make_element("sharpen3x3 amount=0.25 luma-only=false threads=3");
  gboolean luma_only = TRUE;
  guint threads = 0;
  g_object_get(element, "luma-only", &luma_only, "threads", &threads, nullptr);
  fail_unless_equals_float(number(element, "amount"), 0.25);
  fail_unless(!luma_only);
  fail_unless_equals_int(threads, 3);
  gst_object_unref(element);
}
GST_END_TEST

GST_START_TEST(test_elements_have_no_rank) {
  GstElementFactory* factory = gst_element_factory_find(kElements[__i__]);
  fail_unless(factory != nullptr);
  fail_unless_equals_int(gst_plugin_feature_get_rank(GST_PLUGIN_FEATURE(factory)), GST_RANK_NONE);
  gst_object_unref(factory);
}
GST_END_TEST

static Suite* element_suite(void) {
  TCase* cases = model_case("element");
  tcase_add_loop_test(cases, test_states_without_links, 0, 3);
  tcase_add_loop_test(cases, test_twenty_restarts_with_frames, 0, 3);
  tcase_add_test(cases, test_ready_needs_no_model);
  tcase_add_test(cases, test_model_changes_at_the_next_start);
  tcase_add_test(cases, test_two_elements_at_once);
  tcase_add_test(cases, test_properties_and_states_from_other_threads);
  tcase_add_test(cases, test_stats);
  tcase_add_test(cases, test_messages_once_a_second_of_running_time);
  tcase_add_test(cases, test_messages_without_timestamps);
  tcase_add_test(cases, test_no_messages_unless_asked_for);
  tcase_add_test(cases, test_presets);
  tcase_add_test(cases, test_properties_keep_what_is_set);
  tcase_add_test(cases, test_properties_of_addnoise_keep_what_is_set);
  tcase_add_test(cases, test_properties_of_sharpen3x3_keep_what_is_set);
  tcase_add_loop_test(cases, test_elements_have_no_rank, 0, 3);
  return suite_of("element", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, element_suite); }
