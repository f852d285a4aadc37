// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests that need a recurrent model, on the native engine: the property temporal, and the pasts of
// fields.
#include <gst/video/video.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "fixture.h"

namespace {

const GstVideoInfo kInfo = video_info("GRAY8", 320, 240);

// Returns the mean squared change between the last two outputs for a picture that stands still.
double flicker(GstHarness* harness) {
  std::vector<int> before, now;
  for (int i = 0; i < 12; ++i) {
    GstBuffer* out = process(harness, textured_buffer(kInfo, 100 + i));
    before = std::exchange(now, component_samples(out, kInfo, 0));
    gst_buffer_unref(out);
  }
  double sum = 0;
  for (gsize i = 0; i < now.size(); ++i) sum += (now[i] - before[i]) * (now[i] - before[i]);
  return sum / now.size();
}

}  // namespace

GST_START_TEST(test_temporal_may_change_while_playing) {
  GstHarness* harness =
      make_harness("denoiseae model=averaging noise-level=4 engine=native", kInfo);
  const double with_state = flicker(harness);
  g_object_set(harness->element, "temporal", FALSE, nullptr);
  const double alone = flicker(harness);
  fail_unless(with_state < alone / 10, "%f and %f", with_state, alone);
  g_object_set(harness->element, "temporal", TRUE, nullptr);
  fail_unless(flicker(harness) < alone / 10);
  gst_harness_teardown(harness);
}
GST_END_TEST

namespace {

const char* const kAveraging = "denoiseae model=averaging noise-level=4 engine=native";
const GstVideoInfo kFrame = interlaced(kInfo, GST_VIDEO_INTERLACE_MODE_INTERLEAVED);
const GstVideoInfo kField = interlaced(kInfo, GST_VIDEO_INTERLACE_MODE_ALTERNATE);

using Samples = std::vector<int>;

Samples samples_of(GstBuffer* out, const GstVideoInfo& info) {
  Samples samples = component_samples(out, info, 0);
  gst_buffer_unref(out);
  return samples;
}

// Returns the denoised fields of one parity, which come in buffers of their own.
std::vector<Samples> denoised_fields(
    const std::vector<GstBuffer*>& frames, int parity,
    const std::function<bool(gsize frame, int field)>& is_missing) {
  GstHarness* harness = make_harness(kAveraging, kField);
  std::vector<Samples> result;
  for (gsize i = 0; i < frames.size(); ++i)
    for (int f = 0; f < 2; ++f) {
      if (is_missing(i, f)) continue;
      GstBuffer* out = process(harness, field_of(frames[i], kFrame, kField, f));
      if (f == parity)
        result.push_back(samples_of(out, kField));
      else
        gst_buffer_unref(out);
    }
  gst_harness_teardown(harness);
  return result;
}

}  // namespace

GST_START_TEST(test_each_field_has_its_own_past) {
  std::vector<GstBuffer*> frames;
  for (int i = 0; i < 6; ++i) frames.push_back(textured_buffer(kFrame, 100 + i));
  const auto none = [](gsize, int) { return false; };
  const std::vector<Samples> fields[] = {denoised_fields(frames, 0, none),
                                         denoised_fields(frames, 1, none)};
  // Fields of their own are what the interleaved ones are.
  GstHarness* harness = make_harness(kAveraging, kFrame);
  for (gsize i = 0; i < frames.size(); ++i) {
    const Samples whole = samples_of(process(harness, gst_buffer_ref(frames[i])), kFrame);
    const auto width = GST_VIDEO_INFO_WIDTH(&kFrame);
    for (int y = 0; y < GST_VIDEO_INFO_HEIGHT(&kFrame); ++y)
      fail_unless(std::equal(whole.begin() + y * width, whole.begin() + (y + 1) * width,
                             fields[y % 2][i].begin() + y / 2 * width),
                  "frame %d row %d", static_cast<int>(i), y);
  }
  gst_harness_teardown(harness);
  // The other parity may come or not.
  for (const int parity : {0, 1})
    for (const auto& missing :
         {std::function([=](gsize, int f) { return f != parity; }),
          std::function([=](gsize i, int f) { return f != parity && i == 3; })})
      fail_unless(denoised_fields(frames, parity, missing) == fields[parity]);
  // A field that is missing is missed by its own parity.
  const auto third_top = [](gsize i, int f) { return i == 2 && f == 0; };
  fail_unless(denoised_fields(frames, 0, third_top).back() != fields[0].back());
  for (GstBuffer* frame : frames) gst_buffer_unref(frame);
}
GST_END_TEST

static Suite* temporal_suite(void) {
  TCase* cases = model_case("temporal");
  tcase_add_test(cases, test_temporal_may_change_while_playing);
  tcase_add_test(cases, test_each_field_has_its_own_past);
  return suite_of("temporal", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, temporal_suite); }
