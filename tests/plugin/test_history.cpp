// SPDX-License-Identifier: LGPL-2.1-or-later
// Which events of a live stream cost the past, and which do not: a still scene under noise, with a
// recurrent model on the native engine.
#include <gst/video/video.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "../../plugin/gststreamtime.h"
#include "fixture.h"

namespace {

const GstVideoInfo kInfo = video_info("GRAY8", 160, 128);
constexpr int kFrames = 45;
constexpr int kJudged = 15;  // the last ones
constexpr double kSigma = 15;
constexpr GstClockTime kDuration = GST_SECOND / 25;

// Returns the code of the scene at a sample. It has edges, ramps and flat parts, far from both
// ends.
int scene(int i, int shot) {
  const int x = i % GST_VIDEO_INFO_WIDTH(&kInfo), y = i / GST_VIDEO_INFO_WIDTH(&kInfo);
  return 80 + (x / 16 + y / 16 + shot) % 2 * 60 + (x + (2 + shot) * y) % 29;
}

GstBuffer* noisy_frame(int number, int shot) {
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&kInfo), nullptr);
  std::mt19937 random(static_cast<unsigned>(number) + 1);
  std::normal_distribution<double> noise(0, kSigma);
  GstMapInfo map;
  fail_unless(gst_buffer_map(buffer, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < map.size; ++i)
    map.data[i] = static_cast<guint8>(
        std::clamp(std::lround(scene(static_cast<int>(i), shot) + noise(random)), 0L, 255L));
  gst_buffer_unmap(buffer, &map);
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(number) * kDuration;
  GST_BUFFER_DURATION(buffer) = kDuration;
  return buffer;
}

double squared_error(GstBuffer* out, int shot) {
  const std::vector<int> samples = component_samples(out, kInfo, 0);
  double sum = 0;
  for (gsize i = 0; i < samples.size(); ++i)
    sum += std::pow(samples[i] - scene(static_cast<int>(i), shot), 2);
  return sum / static_cast<double>(samples.size());
}

double psnr(double mean_squared_error) {
  return 10 * std::log10(255 * 255 / std::max(mean_squared_error, 1e-6));
}

GstHarness* history_harness() {
  return make_harness("denoiseae model=averaging noise-level=15 engine=native", kInfo);
}

// A row of the table: what happens to frame number i before it is pushed. It may send events or
// change the buffer; when it returns false, the frame never comes.
using Happening = std::function<bool(GstHarness*, GstBuffer*, int i)>;

// Returns the PSNR of the last frames of the scene, without those that are corrupted.
double psnr_of_stream(const Happening& happen) {
  GstHarness* harness = history_harness();
  double error = 0;
  int judged = 0;
  for (int i = 0; i < kFrames; ++i) {
    GstBuffer* buffer = noisy_frame(i, 0);
    if (!happen(harness, buffer, i)) {
      gst_buffer_unref(buffer);
      continue;
    }
    fail_unless_equals_int(gst_harness_push(harness, buffer), GST_FLOW_OK);
    GstBuffer* out = gst_harness_try_pull(harness);
    if (out == nullptr) continue;
    if (i >= kFrames - kJudged && !GST_BUFFER_FLAG_IS_SET(out, GST_BUFFER_FLAG_CORRUPTED)) {
      error += squared_error(out, 0);
      ++judged;
    }
    gst_buffer_unref(out);
  }
  gst_harness_teardown(harness);
  fail_unless(judged >= kJudged * 3 / 4, "only %d frames came out", judged);
  return psnr(error / judged);
}

// Puts another picture into the lower part of a frame, one half of it or all, and marks it.
void corrupt(GstBuffer* buffer, int number, int part) {
  GstBuffer* other = noisy_frame(number, 1);
  const gsize size = gst_buffer_get_size(buffer), first = size - size / part;
  GstMapInfo map;
  fail_unless(gst_buffer_map(other, &map, GST_MAP_READ));
  gst_buffer_fill(buffer, first, map.data + first, map.size - first);
  gst_buffer_unmap(other, &map);
  gst_buffer_unref(other);
  GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
}

bool is_fifth(int i) { return i % 5 == 4; }

// Returns the PSNR of a frame in the middle of the stream, to which this happens.
double psnr_after(const Happening& happen, int shot = 0) {
  GstHarness* harness = history_harness();
  double result = 0;
  for (int i = 0; i < 20; ++i) {
    GstBuffer* buffer = noisy_frame(i, i == 19 ? shot : 0);
    if (i == 19) fail_unless(happen(harness, buffer, i));
    GstBuffer* out = process(harness, buffer);
    if (i == 19) result = psnr(squared_error(out, shot));
    gst_buffer_unref(out);
  }
  gst_harness_teardown(harness);
  return result;
}

void push_segment(GstHarness* harness, GstClockTime start) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = segment.time = segment.position = start;
  fail_unless(gst_harness_push_event(harness, gst_event_new_segment(&segment)));
}

}  // namespace

GST_START_TEST(test_what_is_no_cut_keeps_the_past) {
  const struct {
    const char* name;
    Happening happen;
  } rows[] = {
      {"every fifth frame is missing", [](auto*, auto*, int i) { return !is_fifth(i); }},
      {"every fifth frame is missing, and the next is a discontinuity",
       [](auto*, GstBuffer* buffer, int i) {
         if (i > 0 && is_fifth(i - 1)) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
         return !is_fifth(i);
       }},
      {"every frame is a discontinuity",
       [](auto*, GstBuffer* buffer, int) {
         GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
         return true;
       }},
      {"every fifth frame is dropped as late",
       [](GstHarness* harness, GstBuffer* buffer, int i) {
         if (is_fifth(i))
           gst_harness_push_upstream_event(
               harness, gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2.0, kDuration / 2,
                                          GST_BUFFER_PTS(buffer) - kDuration / 2));
         return true;
       }},
      {"every fifth frame is a gap",
       [](auto*, GstBuffer* buffer, int i) {
         if (is_fifth(i)) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_GAP);
         return true;
       }},
      {"an event says that every fifth frame is a gap",
       [](GstHarness* harness, GstBuffer* buffer, int i) {
         if (is_fifth(i))
           gst_harness_push_event(harness, gst_event_new_gap(GST_BUFFER_PTS(buffer), kDuration));
         return !is_fifth(i);
       }},
      {"every fifth frame is marked as corrupted, and half of it is",
       [](auto*, GstBuffer* buffer, int i) {
         if (is_fifth(i)) corrupt(buffer, i, 2);
         return true;
       }},
      {"every fifth frame is marked as corrupted, and all of it is",
       [](auto*, GstBuffer* buffer, int i) {
         if (is_fifth(i)) corrupt(buffer, i, 1);
         return true;
       }},
      {"three frames in a row are corrupted",
       [](auto*, GstBuffer* buffer, int i) {
         if (i >= 27 && i < 30) corrupt(buffer, i, 1);
         return true;
       }},
      {"no frame has a timestamp",
       [](auto*, GstBuffer* buffer, int) {
         GST_BUFFER_PTS(buffer) = GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
         return true;
       }},
      {"every fifth frame has no timestamp",
       [](auto*, GstBuffer* buffer, int i) {
         if (is_fifth(i)) GST_BUFFER_PTS(buffer) = GST_CLOCK_TIME_NONE;
         return true;
       }},
      {"timestamps jitter",
       [](auto*, GstBuffer* buffer, int i) {
         GST_BUFFER_PTS(buffer) += static_cast<GstClockTime>(i % 3) * (kDuration / 3);
         return true;
       }},
      {"one frame a second",
       [](auto*, GstBuffer* buffer, int i) {
         GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(i) * GST_SECOND;
         GST_BUFFER_DURATION(buffer) = GST_SECOND;
         return true;
       }},
  };
  const double undisturbed = psnr_of_stream([](auto*, auto*, int) { return true; });
  fail_unless(undisturbed > 34, "%f dB", undisturbed);
  for (const auto& row : rows) {
    const double found = psnr_of_stream(row.happen);
    fail_unless(found > undisturbed - 1, "%s: %f instead of %f dB", row.name, found, undisturbed);
  }
}
GST_END_TEST

GST_START_TEST(test_jumps_forget_the_past) {
  const struct {
    const char* name;
    Happening happen;
  } rows[] = {
      {"half a second is missing",
       [](auto*, GstBuffer* buffer, int) {
         GST_BUFFER_PTS(buffer) += GST_SECOND / 2;
         return true;
       }},
      {"time jumps back",
       [](auto*, GstBuffer* buffer, int) {
         GST_BUFFER_PTS(buffer) -= 2 * kDuration;
         return true;
       }},
      {"another segment",
       [](GstHarness* harness, auto*, int) {
         push_segment(harness, kDuration);
         return true;
       }},
      {"another stream",
       [](GstHarness* harness, auto*, int) {
         return gst_harness_push_event(harness, gst_event_new_stream_start("other")) == TRUE;
       }},
      {"a flush",
       [](GstHarness* harness, auto*, int) {
         GstEvent* segment = gst_pad_get_sticky_event(harness->srcpad, GST_EVENT_SEGMENT, 0);
         gst_harness_push_event(harness, gst_event_new_flush_start());
         gst_harness_push_event(harness, gst_event_new_flush_stop(TRUE));
         return gst_harness_push_event(harness, segment) == TRUE;
       }},
  };
  const auto nothing = [](auto*, auto*, int) { return true; };
  const double kept = psnr_after(nothing);
  // Another picture has no past to average.
  const double cut = psnr_after(nothing, 1);
  fail_unless(kept > cut + 6, "%f and %f dB", kept, cut);
  for (const auto& row : rows) {
    const double found = psnr_after(row.happen);
    fail_unless(found < cut + 1, "%s: %f dB, after a cut %f", row.name, found, cut);
  }
}
GST_END_TEST

GST_START_TEST(test_time_may_run_backwards) {
  GstHarness* harness = history_harness();
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.rate = -1;
  segment.stop = segment.position = kFrames * kDuration;
  fail_unless(gst_harness_push_event(harness, gst_event_new_segment(&segment)));
  double last = 0;
  for (int i = kFrames - 1; i >= 0; --i) {
    GstBuffer* out = process(harness, noisy_frame(i, 0));
    last = psnr(squared_error(out, 0));
    gst_buffer_unref(out);
  }
  gst_harness_teardown(harness);
  fail_unless(last > 34, "%f dB", last);
}
GST_END_TEST

GST_START_TEST(test_a_machine_that_is_too_slow_keeps_the_past) {
  const struct {
    GstClockTime step, patience;
    bool goes_on;
  } rows[] = {
      {GST_SECOND / 2 - 1, 0, true},          {GST_SECOND / 2, 0, false},
      {GST_SECOND, 2 * GST_SECOND, true},     {2 * GST_SECOND, 2 * GST_SECOND, false},
      {GST_SECOND / 3, GST_SECOND / 4, true},
  };
  for (const auto& row : rows) {
    GstDaeStreamTime time;
    GstBuffer* buffer = noisy_frame(0, 0);
    time.take(buffer, 1, kDuration);
    GST_BUFFER_PTS(buffer) += row.step;
    fail_unless(time.goes_on(buffer, 1, row.patience) == row.goes_on,
                "a step of %" GST_TIME_FORMAT ", patience %" GST_TIME_FORMAT,
                GST_TIME_ARGS(row.step), GST_TIME_ARGS(row.patience));
    GST_BUFFER_PTS(buffer) = 0;
    GstBuffer* before = noisy_frame(1, 0);
    time.take(before, 1, kDuration);
    fail_unless(!time.goes_on(buffer, 1, row.patience), "time jumped back");
    gst_buffer_unref(before);
    gst_buffer_unref(buffer);
  }
}
GST_END_TEST

static Suite* history_suite(void) {
  TCase* cases = model_case("history");
  tcase_set_timeout(cases, 60);
  tcase_add_test(cases, test_what_is_no_cut_keeps_the_past);
  tcase_add_test(cases, test_jumps_forget_the_past);
  tcase_add_test(cases, test_time_may_run_backwards);
  tcase_add_test(cases, test_a_machine_that_is_too_slow_keeps_the_past);
  return suite_of("history", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, history_suite); }
