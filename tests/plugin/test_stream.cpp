// SPDX-License-Identifier: LGPL-2.1-or-later
// Everything that a stream carries besides pictures: caps, events, queries, metas, history.
#include <gst/video/video.h>

#include <functional>
#include <vector>

#include "fixture.h"

namespace {

const GstVideoInfo kInfo = video_info("GRAY8", 320, 240);
const char* const kElements[] = {"denoiseae", "sharpen3x3", "addnoise"};
const int kElementCount = G_N_ELEMENTS(kElements);

double estimate(GstHarness* harness) {
  double level = 0;
  g_object_get(harness->element, "estimated-noise-level", &level, nullptr);
  return level;
}

void push_and_drop(GstHarness* harness, GstBuffer* buffer) {
  gst_buffer_unref(process(harness, buffer));
}

// The estimate takes texture for noise when it has one frame alone, and two frames tell it that the
// texture is none. Checks whether happen, which may send events and changes the next buffer, makes
// the estimate forget the frames before.
void check_history(const std::function<GstBuffer*(GstHarness*, GstBuffer*)>& happen,
                   bool forgets = true) {
  GstHarness* harness = make_harness("denoiseae", kInfo);
  for (int i = 0; i < 3; ++i) push_and_drop(harness, textured_buffer(kInfo, i));
  fail_unless(estimate(harness) < 10, "estimated %f", estimate(harness));
  push_and_drop(harness, happen(harness, textured_buffer(kInfo, 3)));
  fail_unless((estimate(harness) > 20) == forgets, "estimated %f", estimate(harness));
  gst_harness_teardown(harness);
}

}  // namespace

GST_START_TEST(test_caps_change_mid_stream) {
  GstHarness* harness = make_harness(kElements[__i__], kInfo);
  const GstVideoInfo infos[] = {kInfo, video_info("I420", 333, 241), video_info("RGB", 1, 1),
                                video_info("NV12", 31, 17), kInfo};
  for (const GstVideoInfo& info : infos) {
    gst_harness_set_src_caps(harness, gst_video_info_to_caps(&info));
    for (int i = 0; i < 2; ++i) {
      GstBuffer* out = process(harness, random_buffer(info, 0, 1));
      fail_unless_equals_int(gst_buffer_get_size(out), GST_VIDEO_INFO_SIZE(&info));
      gst_buffer_unref(out);
    }
  }
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_timestamps_flags_and_metas_are_kept) {
  GstHarness* harness = make_harness(kElements[__i__], kInfo);
  GstBuffer* in = random_buffer(kInfo, 0, 1);
  GST_BUFFER_PTS(in) = 3 * GST_SECOND;
  GST_BUFFER_DURATION(in) = GST_SECOND / 25;
  GST_BUFFER_OFFSET(in) = 75;
  GST_BUFFER_FLAG_SET(in, GST_BUFFER_FLAG_MARKER);
  gst_buffer_add_video_region_of_interest_meta(in, "face", 1, 2, 3, 4);
  gst_buffer_add_video_time_code_meta_full(in, 25, 1, nullptr, GST_VIDEO_TIME_CODE_FLAGS_NONE, 1, 2,
                                           3, 4, 0);
  GstVideoCropMeta* crop = gst_buffer_add_video_crop_meta(in);
  crop->x = 5;
  crop->width = 7;

  GstBuffer* out = process(harness, in);
  fail_unless_equals_uint64(GST_BUFFER_PTS(out), 3 * GST_SECOND);
  fail_unless_equals_uint64(GST_BUFFER_DURATION(out), GST_SECOND / 25);
  fail_unless(GST_BUFFER_FLAG_IS_SET(out, GST_BUFFER_FLAG_MARKER));
  auto* roi = reinterpret_cast<GstVideoRegionOfInterestMeta*>(
      gst_buffer_get_meta(out, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE));
  fail_unless(roi != nullptr);
  fail_unless(roi->x == 1 && roi->y == 2 && roi->w == 3 && roi->h == 4);
  GstVideoTimeCodeMeta* time_code = gst_buffer_get_video_time_code_meta(out);
  fail_unless(time_code != nullptr && time_code->tc.minutes == 2);
  crop = gst_buffer_get_video_crop_meta(out);
  fail_unless(crop != nullptr && crop->x == 5 && crop->width == 7);
  gst_buffer_unref(out);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_latency_is_not_changed) {
  // The time that denoiseae takes is a matter of its own.
  const std::string element = kElements[__i__];
  const bool takes_time = element == "denoiseae";
  GstHarness* harness = make_harness(element + (takes_time ? " report-latency=off" : ""), kInfo);
  gst_harness_set_live(harness, TRUE);
  gst_harness_set_upstream_latency(harness, 40 * GST_MSECOND);
  push_and_drop(harness, random_buffer(kInfo, 0, 1));
  fail_unless_equals_uint64(gst_harness_query_latency(harness), 40 * GST_MSECOND);
  gst_harness_set_live(harness, FALSE);
  fail_unless_equals_uint64(gst_harness_query_latency(harness), 40 * GST_MSECOND);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_eos_and_other_events_are_forwarded) {
  GstHarness* harness = make_harness(kElements[__i__], kInfo);
  push_and_drop(harness, random_buffer(kInfo, 0, 1));
  while (GstEvent* event = gst_harness_try_pull_event(harness)) gst_event_unref(event);
  const GstEventType types[] = {GST_EVENT_GAP, GST_EVENT_CUSTOM_DOWNSTREAM, GST_EVENT_EOS};
  gst_harness_push_event(harness, gst_event_new_gap(0, GST_SECOND));
  gst_harness_push_event(
      harness, gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty("mine")));
  gst_harness_push_event(harness, gst_event_new_eos());
  for (const GstEventType type : types) {
    GstEvent* event = gst_harness_try_pull_event(harness);
    fail_unless(event != nullptr && GST_EVENT_TYPE(event) == type);
    gst_event_unref(event);
  }
  fail_unless(gst_harness_try_pull(harness) == nullptr);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_history_is_kept_in_a_steady_stream) {
  check_history([](GstHarness*, GstBuffer* buffer) { return buffer; }, false);
}
GST_END_TEST

GST_START_TEST(test_flags_of_a_buffer_keep_history) {
  for (const int flag : {GST_BUFFER_FLAG_DISCONT, GST_BUFFER_FLAG_GAP, GST_BUFFER_FLAG_CORRUPTED})
    check_history(
        [flag](GstHarness*, GstBuffer* buffer) {
          GST_BUFFER_FLAG_SET(buffer, flag);
          return buffer;
        },
        false);
}
GST_END_TEST

GST_START_TEST(test_flags_of_a_buffer_are_kept) {
  GstHarness* harness = make_harness("denoiseae", kInfo);
  GstBuffer* corrupted = random_buffer(kInfo, 0, 7);
  GST_BUFFER_FLAG_SET(corrupted, GST_BUFFER_FLAG_CORRUPTED);
  GstBuffer* out = process(harness, corrupted);
  fail_unless(GST_BUFFER_FLAG_IS_SET(out, GST_BUFFER_FLAG_CORRUPTED));
  gst_buffer_unref(out);
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_events_keep_or_reset_history) {
  GstSegment other;
  gst_segment_init(&other, GST_FORMAT_TIME);
  other.base = GST_SECOND;
  const auto with_event = [](GstEvent* event, bool forgets) {
    check_history(
        [event](GstHarness* harness, GstBuffer* buffer) {
          fail_unless(gst_harness_push_event(harness, event));
          return buffer;
        },
        forgets);
  };
  with_event(gst_event_new_segment(&other), true);
  with_event(gst_event_new_stream_start("other"), true);
  with_event(gst_event_new_gap(0, GST_SECOND), false);
  // A segment that is sent again is the same one, and so are caps.
  check_history(
      [&](GstHarness* harness, GstBuffer* buffer) {
        GstEvent* again = gst_pad_get_sticky_event(harness->srcpad, GST_EVENT_SEGMENT, 0);
        fail_unless(again != nullptr && gst_harness_push_event(harness, again));
        gst_harness_set_src_caps(harness, gst_video_info_to_caps(&kInfo));
        return buffer;
      },
      false);
  check_history([&](GstHarness* harness, GstBuffer* buffer) {
    GstEvent* segment = gst_pad_get_sticky_event(harness->srcpad, GST_EVENT_SEGMENT, 0);
    fail_unless(gst_harness_push_event(harness, gst_event_new_flush_start()));
    fail_unless(gst_harness_push_event(harness, gst_event_new_flush_stop(TRUE)));
    fail_unless(gst_harness_push_event(harness, segment));
    return buffer;
  });
}
GST_END_TEST

GST_START_TEST(test_late_frame_is_dropped_and_keeps_history) {
  check_history(
      [](GstHarness* harness, GstBuffer* buffer) {
        gst_harness_push_upstream_event(
            harness, gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2.0, GST_SECOND, 10 * GST_SECOND));
        GstBuffer* late = random_buffer(kInfo, 0, 8);
        GST_BUFFER_PTS(late) = GST_SECOND;
        fail_unless_equals_int(gst_harness_push(harness, late), GST_FLOW_OK);
        fail_unless(gst_harness_try_pull(harness) == nullptr);
        GstStructure* stats = nullptr;
        guint64 dropped = 0;
        g_object_get(harness->element, "stats", &stats, nullptr);
        fail_unless(gst_structure_get_uint64(stats, "dropped", &dropped));
        fail_unless_equals_uint64(dropped, 1);
        gst_structure_free(stats);
        GST_BUFFER_PTS(buffer) = 60 * GST_SECOND;
        return buffer;
      },
      false);
}
GST_END_TEST

static Suite* stream_suite(void) {
  TCase* cases = model_case("stream");
  tcase_add_loop_test(cases, test_caps_change_mid_stream, 0, kElementCount);
  tcase_add_loop_test(cases, test_timestamps_flags_and_metas_are_kept, 0, kElementCount);
  tcase_add_loop_test(cases, test_latency_is_not_changed, 0, kElementCount);
  tcase_add_loop_test(cases, test_eos_and_other_events_are_forwarded, 0, kElementCount);
  tcase_add_test(cases, test_history_is_kept_in_a_steady_stream);
  tcase_add_test(cases, test_flags_of_a_buffer_keep_history);
  tcase_add_test(cases, test_flags_of_a_buffer_are_kept);
  tcase_add_test(cases, test_events_keep_or_reset_history);
  tcase_add_test(cases, test_late_frame_is_dropped_and_keeps_history);
  return suite_of("stream", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, stream_suite); }
