// SPDX-License-Identifier: LGPL-2.1-or-later
// The time that frames take, as denoiseae tells it to sinks.
#include <string>

#include "../../plugin/gstlatencyreport.h"
#include "fixture.h"

namespace {

const GstVideoInfo kInfo = video_info("GRAY8", 32, 16);
constexpr GstClockTime kUpstream = 40 * GST_MSECOND;

// How long the fake engine takes for a frame from now on, at least.
void sleep_per_frame(int ms) {
  g_setenv("DENOISEAE_FAKE_SLEEP_MS", std::to_string(ms).c_str(), TRUE);
}

// Puts denoiseae behind a source that adds 40 ms, and has its caps, but no frame.
class Stream {
 public:
  Stream(const std::string& line, bool is_live)
      : element(make_element(line)),
        bus(element),
        harness(gst_harness_new_with_element(element, "sink", "src")) {
    reference_.element = element;
    gst_harness_set_live(harness, is_live);
    gst_harness_set_upstream_latency(harness, kUpstream);
    gst_harness_set_src_caps(harness, gst_video_info_to_caps(&kInfo));
  }
  ~Stream() { gst_harness_teardown(harness); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Returns what the element adds.
  GstClockTime own_latency() { return gst_harness_query_latency(harness) - kUpstream; }
  int messages() { return bus.count(GST_MESSAGE_LATENCY); }
  void push(int frames) {
    for (int i = 0; i < frames; ++i)
      gst_buffer_unref(process(harness, random_buffer(kInfo, 0, i + 1)));
  }

 private:
  ElementReference reference_;

 public:
  GstElement* element;
  Bus bus;
  GstHarness* harness;
};

// Sinks hear of no latency until report-latency is set to this value, and at once then.
void assert_untold_until(const std::string& line, bool is_live, const char* report_latency) {
  sleep_per_frame(20);
  Stream stream(line, is_live);
  stream.push(3);
  fail_unless_equals_uint64(stream.own_latency(), 0);
  fail_unless_equals_int(stream.messages(), 0);
  gst_util_set_object_arg(G_OBJECT(stream.element), "report-latency", report_latency);
  fail_unless_equals_int(stream.messages(), 1);
  fail_unless(stream.own_latency() >= 20 * GST_MSECOND);
}

// The latency of frames that took this time in milliseconds.
GstClockTime with_head_room(int ms) { return ms * GST_MSECOND * 9 / 8; }

// Adds frames that take the same time in milliseconds. Returns how often the latency changed.
int add_frames(GstDaeLatencyReport& report, int count, int ms) {
  int changes = 0;
  for (int i = 0; i < count; ++i) changes += report.add_frame(ms * GST_MSECOND);
  return changes;
}

GstPadProbeReturn count_buffer(GstPad*, GstPadProbeInfo*, gpointer count) {
  ++*static_cast<int*>(count);
  return GST_PAD_PROBE_OK;
}

struct Seen {
  int reached = 0;  // the element
  guint64 shown = 0;
};

// Plays a camera that has three frames while the element makes one, into a screen that shows
// nothing later than 5 ms, as those of GStreamer do.
Seen play_slow_camera(const std::string& line) {
  sleep_per_frame(60);
  GstElement* pipeline = make_element(
      "videotestsrc is-live=true num-buffers=150 ! video/x-raw,format=GRAY8,width=32,height=16,"
      "framerate=50/1 ! queue leaky=downstream max-size-buffers=2 ! " +
      line + " name=denoiser engine=torch ! queue ! fakesink name=screen sync=true qos=true " +
      "max-lateness=5000000");
  GstElement* denoiser = gst_bin_get_by_name(GST_BIN(pipeline), "denoiser");
  GstElement* screen = gst_bin_get_by_name(GST_BIN(pipeline), "screen");
  GstPad* pad = gst_element_get_static_pad(denoiser, "sink");
  GstBus* bus = gst_element_get_bus(pipeline);
  Seen seen;
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, count_buffer, &seen.reached, nullptr);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  for (bool plays = true; plays;) {
    GstMessage* message = gst_bus_timed_pop_filtered(
        bus, GST_CLOCK_TIME_NONE,
        GstMessageType(GST_MESSAGE_LATENCY | GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    fail_if(GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR);
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_LATENCY)
      gst_bin_recalculate_latency(GST_BIN(pipeline));
    else
      plays = false;
    gst_message_unref(message);
  }
  GstStructure* stats = nullptr;
  g_object_get(screen, "stats", &stats, nullptr);
  fail_unless(gst_structure_get_uint64(stats, "rendered", &seen.shown));
  gst_structure_free(stats);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  for (gpointer object :
       {gpointer(bus), gpointer(pad), gpointer(screen), gpointer(denoiser), gpointer(pipeline)})
    gst_object_unref(object);
  return seen;
}

}  // namespace

GST_START_TEST(test_latency_grows_with_the_second_long_frame) {
  GstDaeLatencyReport report;
  fail_unless_equals_uint64(report.latency(), 0);
  fail_unless(report.start(80 * GST_MSECOND));
  fail_unless_equals_uint64(report.latency(), with_head_room(80));
  // The head-room covers 90 ms.
  fail_unless_equals_int(add_frames(report, 100, 85), 0);
  fail_unless_equals_int(add_frames(report, 4, 200), 0);
  fail_unless_equals_int(add_frames(report, 1, 200), 1);
  fail_unless_equals_uint64(report.latency(), with_head_room(200));
}
GST_END_TEST

GST_START_TEST(test_latency_at_the_start_grows_soon) {
  GstDaeLatencyReport report;
  report.start(80 * GST_MSECOND);
  fail_unless_equals_int(add_frames(report, 1, 1000), 0);
  fail_unless_equals_int(add_frames(report, 1, 100), 1);
  fail_unless_equals_uint64(report.latency(), with_head_room(100));
}
GST_END_TEST

GST_START_TEST(test_latency_shrinks_late_and_by_much) {
  GstDaeLatencyReport report;
  report.start(80 * GST_MSECOND);
  fail_unless_equals_int(add_frames(report, 500, 62), 0);
  fail_unless_equals_int(add_frames(report, 59, 40), 0);
  fail_unless_equals_int(add_frames(report, 10, 40), 1);
  fail_unless_equals_uint64(report.latency(), with_head_room(40));
  // Another start changes what would change much.
  fail_unless(!report.start(35 * GST_MSECOND));
  fail_unless_equals_uint64(report.latency(), with_head_room(40));
  fail_unless(report.start(10 * GST_MSECOND));
  fail_unless_equals_uint64(report.latency(), with_head_room(10));
}
GST_END_TEST

GST_START_TEST(test_live_sinks_hear_of_the_latency_before_the_first_frame) {
  sleep_per_frame(20);
  Stream stream("denoiseae", true);
  fail_unless(stream.own_latency() >= 20 * GST_MSECOND);
  fail_unless_equals_int(stream.messages(), 1);
}
GST_END_TEST

GST_START_TEST(test_a_message_tells_that_the_latency_changes) {
  Stream stream("denoiseae", true);
  stream.messages();
  sleep_per_frame(300);
  stream.push(3);
  fail_unless(stream.messages() >= 1);
  const GstClockTime latency = stream.own_latency();
  fail_unless(latency >= 300 * GST_MSECOND);
  // Caps that come once more change nothing.
  gst_harness_set_src_caps(stream.harness, gst_video_info_to_caps(&kInfo));
  fail_unless_equals_uint64(stream.own_latency(), latency);
  fail_unless_equals_int(stream.messages(), 0);
}
GST_END_TEST

GST_START_TEST(test_files_are_not_told_unless_they_ask) {
  assert_untold_until("denoiseae", false, "on");
}
GST_END_TEST

GST_START_TEST(test_live_sinks_are_not_told_when_it_is_off) {
  assert_untold_until("denoiseae report-latency=off", true, "auto");
}
GST_END_TEST

GST_START_TEST(test_untouched_frames_add_no_latency) {
  sleep_per_frame(20);
  Stream stream("denoiseae strength=0", true);
  stream.push(3);
  fail_unless_equals_uint64(stream.own_latency(), 0);
  fail_unless_equals_int(stream.messages(), 0);
  g_object_set(stream.element, "strength", 1.0, nullptr);
  stream.push(2);
  fail_unless(stream.own_latency() >= 20 * GST_MSECOND);
  fail_unless_equals_int(stream.messages(), 1);
  g_object_set(stream.element, "strength", 0.0, nullptr);
  stream.push(2);
  fail_unless_equals_uint64(stream.own_latency(), 0);
  fail_unless_equals_int(stream.messages(), 1);
}
GST_END_TEST

// The frames by which the latency is measured are none of the stream.
GST_START_TEST(test_the_measurement_leaves_no_trace) {
  Stream stream("denoiseae", true);
  GstStructure* stats = nullptr;
  double level = 0;
  g_object_get(stream.element, "stats", &stats, "estimated-noise-level", &level, nullptr);
  guint64 frames = 1;
  fail_unless(gst_structure_get_uint64(stats, "frames", &frames));
  gst_structure_free(stats);
  fail_unless_equals_uint64(frames, 0);
  fail_unless(level < 0);
  fail_unless_equals_int(gst_harness_buffers_in_queue(stream.harness), 0);
}
GST_END_TEST

GST_START_TEST(test_a_screen_shows_what_a_slow_element_makes) {
  const Seen seen = play_slow_camera("denoiseae");
  fail_unless(seen.reached > 10 && seen.reached < 100, "%d", seen.reached);
  fail_unless(seen.shown >= 0.8 * seen.reached, "%d of %d", int(seen.shown), seen.reached);
}
GST_END_TEST

// Every frame is 60 ms late. A sink shows the first one, and one when it has shown none for a
// second.
GST_START_TEST(test_a_screen_that_is_not_told_shows_hardly_any_frame) {
  const Seen seen = play_slow_camera("denoiseae report-latency=off");
  fail_unless(seen.reached > 10, "%d", seen.reached);
  fail_unless(seen.shown <= 0.3 * seen.reached, "%d of %d", int(seen.shown), seen.reached);
}
GST_END_TEST

static Suite* latency_suite(void) {
  TCase* cases = model_case("latency");
  tcase_add_test(cases, test_latency_grows_with_the_second_long_frame);
  tcase_add_test(cases, test_latency_at_the_start_grows_soon);
  tcase_add_test(cases, test_latency_shrinks_late_and_by_much);
  tcase_add_test(cases, test_live_sinks_hear_of_the_latency_before_the_first_frame);
  tcase_add_test(cases, test_a_message_tells_that_the_latency_changes);
  tcase_add_test(cases, test_files_are_not_told_unless_they_ask);
  tcase_add_test(cases, test_live_sinks_are_not_told_when_it_is_off);
  tcase_add_test(cases, test_untouched_frames_add_no_latency);
  tcase_add_test(cases, test_the_measurement_leaves_no_trace);
  tcase_add_test(cases, test_a_screen_shows_what_a_slow_element_makes);
  tcase_add_test(cases, test_a_screen_that_is_not_told_shows_hardly_any_frame);
  return suite_of("latency", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, latency_suite); }
