// SPDX-License-Identifier: LGPL-2.1-or-later
// Neutral settings let buffers of any raw format pass, and the stream follows when they change.
#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

#include "fixture.h"

namespace {

struct NeutralCase {
  const char* element;
  const char* property;
  double active;
};

const NeutralCase kCases[] = {
    {"denoiseae", "strength", 1}, {"sharpen3x3", "amount", 1}, {"addnoise", "level", 20}};
const int kCaseCount = G_N_ELEMENTS(kCases);

std::string line(const NeutralCase& c, double value) {
  return std::string(c.element) + " " + c.property + "=" + std::to_string(value);
}

// A buffer that passed untouched is still the same object with the same bytes.
void check_passes(GstHarness* harness, const GstVideoInfo& info) {
  GstBuffer* in = random_buffer(info, 0, 4);
  GstBuffer* copy = gst_buffer_copy_deep(in);
  GstBuffer* out = process(harness, in);
  fail_unless(out == in);
  GstMapInfo map;
  fail_unless(gst_buffer_map(copy, &map, GST_MAP_READ));
  fail_unless_equals_int(gst_buffer_get_size(out), map.size);
  fail_unless_equals_int(gst_buffer_memcmp(out, 0, map.data, map.size), 0);
  gst_buffer_unmap(copy, &map);
  gst_buffer_unref(copy);
  gst_buffer_unref(out);
}

void check_changes(GstHarness* harness, const GstVideoInfo& info) {
  GstBuffer* in = random_buffer(info, 0, 4);
  GstBuffer* out = process(harness, gst_buffer_ref(in));
  fail_unless(out != in);
  fail_unless(component_samples(out, info, 0) != component_samples(in, info, 0));
  gst_buffer_unref(in);
  gst_buffer_unref(out);
}

}  // namespace

GST_START_TEST(test_neutral_passes_every_format) {
  std::vector<std::string> formats = format_names();
  formats.insert(formats.end(), {"AYUV64", "v210", "GRAY16_BE", "Y41B"});
  for (const std::string& format : formats) {
    const GstVideoInfo info = video_info(format, 17, 13);
    GstHarness* harness = make_harness(line(kCases[__i__], 0), info);
    check_passes(harness, info);
    gst_harness_teardown(harness);
  }
}
GST_END_TEST

GST_START_TEST(test_turning_on_and_off_while_playing) {
  const NeutralCase& c = kCases[__i__];
  const GstVideoInfo info = video_info("I420", 33, 21);
  GstHarness* harness = make_harness(line(c, 0), info);
  for (int round = 0; round < 3; ++round) {
    check_passes(harness, info);
    g_object_set(harness->element, c.property, c.active, nullptr);
    check_changes(harness, info);
    check_changes(harness, info);
    g_object_set(harness->element, c.property, 0.0, nullptr);
  }
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_active_refuses_what_it_cannot_process) {
  const NeutralCase& c = kCases[__i__];
  GstHarness* harness =
      gst_harness_new_with_element(make_element(line(c, c.active)), "sink", "src");
  gst_object_unref(harness->element);
  GstCaps* caps = gst_caps_from_string("video/x-raw,format=AYUV64,width=8,height=8,framerate=25/1");
  fail_if(gst_pad_peer_query_accept_caps(harness->srcpad, caps));
  gst_caps_unref(caps);
  GstCaps* offered = gst_pad_peer_query_caps(harness->srcpad, nullptr);
  GstCaps* ayuv = gst_caps_from_string("video/x-raw,format=AYUV64");
  fail_if(gst_caps_can_intersect(offered, ayuv));
  gst_caps_unref(ayuv);
  gst_caps_unref(offered);
  gst_harness_teardown(harness);
}
GST_END_TEST

// Upstream is asked for another format. Frames on their way pass until it comes, and then the
// effect is on.
GST_START_TEST(test_turning_on_in_a_format_that_cannot_be_processed) {
  const NeutralCase& c = kCases[__i__];
  const GstVideoInfo ayuv = video_info("AYUV64", 32, 32);
  const GstVideoInfo i420 = video_info("I420", 32, 32);
  GstHarness* harness = make_harness(line(c, 0), ayuv);
  check_passes(harness, ayuv);
  while (GstEvent* event = gst_harness_try_pull_upstream_event(harness)) gst_event_unref(event);

  g_object_set(harness->element, c.property, c.active, nullptr);
  GstEvent* event = gst_harness_pull_upstream_event(harness);
  fail_unless_equals_int(GST_EVENT_TYPE(event), GST_EVENT_RECONFIGURE);
  gst_event_unref(event);
  check_passes(harness, ayuv);
  gst_harness_set_src_caps(harness, gst_video_info_to_caps(&i420));
  check_changes(harness, i420);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_a_source_that_never_changes_its_format_is_refused) {
  const NeutralCase& c = kCases[__i__];
  const GstVideoInfo ayuv = video_info("AYUV64", 2, 2);
  GstHarness* harness = make_harness(line(c, 0), ayuv);
  Bus bus(harness->element);
  g_object_set(harness->element, c.property, c.active, nullptr);
  GstFlowReturn flow = GST_FLOW_OK;
  for (int i = 0; i < 1000 && flow == GST_FLOW_OK; ++i) {
    flow = gst_harness_push(harness, random_buffer(ayuv, 0, 1));
    // The first frame may have been on its way. Then it is said once that frames pass.
    if (i < 200) fail_unless_equals_int(bus.count(GST_MESSAGE_WARNING), i == 1 ? 1 : 0);
  }
  fail_unless_equals_int(flow, GST_FLOW_NOT_NEGOTIATED);
  const std::string text = bus.only_error(GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT);
  fail_unless(text.find("AYUV64") != std::string::npos, "%s", text.c_str());
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_controlled_property_is_animated) {
  const NeutralCase& c = kCases[__i__];
  const GstVideoInfo info = video_info("GRAY8", 16, 16);
  GstHarness* harness = make_harness(line(c, c.active), info);
  GstControlSource* source = gst_interpolation_control_source_new();
  g_object_set(source, "mode", GST_INTERPOLATION_MODE_NONE, nullptr);
  gst_object_add_control_binding(
      GST_OBJECT(harness->element),
      gst_direct_control_binding_new_absolute(GST_OBJECT(harness->element), c.property, source));
  auto* timed = GST_TIMED_VALUE_CONTROL_SOURCE(source);
  gst_timed_value_control_source_set(timed, 0, 0.0);
  gst_timed_value_control_source_set(timed, GST_SECOND, c.active);
  gst_timed_value_control_source_set(timed, 2 * GST_SECOND, 0.0);

  for (int i = 0; i < 6; ++i) {
    GstBuffer* in = random_buffer(info, 0, 4);
    GST_BUFFER_PTS(in) = i * GST_SECOND / 2;
    GstBuffer* out = process(harness, gst_buffer_ref(in));
    const bool active = i == 2 || i == 3;
    fail_unless((out == in) == !active, "frame %d", i);
    gst_buffer_unref(in);
    gst_buffer_unref(out);
  }
  gst_object_unref(source);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_neutral_denoiser_makes_no_engine) {
  const GstVideoInfo info = video_info("I420", 16, 16);
  g_setenv("DENOISEAE_FAKE_FAIL", "make-engine", TRUE);
  GstHarness* harness = make_harness("denoiseae strength=0", info);
  check_passes(harness, info);
  gst_harness_teardown(harness);
}
GST_END_TEST

static Suite* passthrough_suite(void) {
  TCase* cases = model_case("passthrough");
  tcase_add_loop_test(cases, test_neutral_passes_every_format, 0, kCaseCount);
  tcase_add_loop_test(cases, test_turning_on_and_off_while_playing, 0, kCaseCount);
  tcase_add_loop_test(cases, test_active_refuses_what_it_cannot_process, 0, kCaseCount);
  tcase_add_loop_test(cases, test_turning_on_in_a_format_that_cannot_be_processed, 0, kCaseCount);
  tcase_add_loop_test(cases, test_a_source_that_never_changes_its_format_is_refused, 0, kCaseCount);
  tcase_add_loop_test(cases, test_controlled_property_is_animated, 0, kCaseCount);
  tcase_add_test(cases, test_neutral_denoiser_makes_no_engine);
  return suite_of("passthrough", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, passthrough_suite); }
