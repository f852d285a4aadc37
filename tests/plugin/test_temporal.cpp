// SPDX-License-Identifier: LGPL-2.1-or-later
// The property temporal, with a recurrent model on the oneDNN engine.
#include <gst/video/video.h>

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
      make_harness("denoiseae model=averaging noise-level=4 engine=onednn", kInfo);
  const double with_state = flicker(harness);
  g_object_set(harness->element, "temporal", FALSE, nullptr);
  const double alone = flicker(harness);
  fail_unless(with_state < alone / 10, "%f and %f", with_state, alone);
  g_object_set(harness->element, "temporal", TRUE, nullptr);
  fail_unless(flicker(harness) < alone / 10);
  gst_harness_teardown(harness);
}
GST_END_TEST

static Suite* temporal_suite(void) {
  TCase* cases = model_case("temporal");
  tcase_add_test(cases, test_temporal_may_change_while_playing);
  return suite_of("temporal", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, temporal_suite); }
