// SPDX-License-Identifier: LGPL-2.1-or-later
// Interlaced streams: interleaved frames, and fields that come in buffers of their own. That fields
// have pasts of their own is tested where there is an engine with a past, in test_temporal.cpp.
#include <gst/video/video.h>

#include <algorithm>
#include <vector>

#include "fixture.h"

namespace {

const char* const kElements[] = {"denoiseae", "sharpen3x3", "addnoise"};
const int kElementCount = G_N_ELEMENTS(kElements);

GstVideoInfo interleaved(const GstVideoInfo& info) {
  return interlaced(info, GST_VIDEO_INTERLACE_MODE_INTERLEAVED);
}

GstVideoInfo alternate(const GstVideoInfo& info) {
  return interlaced(info, GST_VIDEO_INTERLACE_MODE_ALTERNATE);
}

// The result of denoiseae depends on which rows make one picture.
std::string line_of(int element) {
  g_setenv("DENOISEAE_FAKE_VERTICAL", "1", TRUE);
  return kElements[element] + std::string(element == 0 ? " noise-level=20" : "");
}

GstBuffer* processed_buffer(const std::string& line, const GstVideoInfo& info, GstBuffer* buffer) {
  GstHarness* harness = make_harness(line, info);
  GstBuffer* out = process(harness, buffer);
  gst_harness_teardown(harness);
  return out;
}

std::vector<int> processed(const std::string& line, const GstVideoInfo& info, GstBuffer* buffer,
                           int component) {
  GstBuffer* out = processed_buffer(line, info, buffer);
  const std::vector<int> samples = component_samples(out, info, component);
  gst_buffer_unref(out);
  return samples;
}

GstBuffer* gray_field(const GstVideoInfo& info, int field) {
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
  gst_buffer_memset(buffer, 0, 128, GST_VIDEO_INFO_SIZE(&info));
  GST_BUFFER_FLAG_SET(
      buffer, field == 0 ? GST_VIDEO_BUFFER_FLAG_TOP_FIELD : GST_VIDEO_BUFFER_FLAG_BOTTOM_FIELD);
  return buffer;
}

// Checks that the rows of a component of a frame are those of its two fields in turn.
void check_rows(const std::vector<int>& frame, const std::vector<int> (&fields)[2],
                const GstVideoInfo& frame_info, int component) {
  const int width = GST_VIDEO_INFO_COMP_WIDTH(&frame_info, component);
  for (int y = 0; y < GST_VIDEO_INFO_COMP_HEIGHT(&frame_info, component); ++y) {
    const auto begin = frame.begin() + y * width;
    fail_unless(std::equal(begin, begin + width, fields[y % 2].begin() + y / 2 * width),
                "%s %dx%d component %d row %d",
                gst_video_format_to_string(GST_VIDEO_INFO_FORMAT(&frame_info)),
                GST_VIDEO_INFO_WIDTH(&frame_info), GST_VIDEO_INFO_HEIGHT(&frame_info), component,
                y);
  }
}

}  // namespace

GST_START_TEST(test_fields_are_processed_one_by_one) {
  const std::string line = line_of(__i__);
  const GstVideoInfo frame = video_info("I420", 24, 18);
  const GstVideoInfo half = video_info("I420", 24, 9);
  for (const GstVideoInterlaceMode mode :
       {GST_VIDEO_INTERLACE_MODE_INTERLEAVED, GST_VIDEO_INTERLACE_MODE_MIXED}) {
    const GstVideoInfo info = interlaced(frame, mode);
    GstBuffer* picture = random_buffer(info, 0, 9);
    for (int c = 0; c < 2; ++c) {
      std::vector<int> fields[2];
      for (int f = 0; f < 2; ++f)
        fields[f] = processed(line, half, field_of(picture, info, half, f), c);
      GstBuffer* flagged = gst_buffer_copy_deep(picture);
      GST_BUFFER_FLAG_SET(flagged, GST_VIDEO_BUFFER_FLAG_INTERLACED);
      check_rows(processed(line, info, flagged, c), fields, info, c);
    }
    gst_buffer_unref(picture);
  }
}
GST_END_TEST

GST_START_TEST(test_progressive_frame_of_a_mixed_stream_is_one_picture) {
  const GstVideoInfo progressive = video_info("I420", 24, 16);
  const GstVideoInfo mixed = interlaced(progressive, GST_VIDEO_INTERLACE_MODE_MIXED);
  GstBuffer* picture = random_buffer(progressive, 0, 2);
  const std::string line = line_of(0);
  fail_unless(processed(line, mixed, gst_buffer_copy_deep(picture), 0) ==
              processed(line, progressive, gst_buffer_ref(picture), 0));
  gst_buffer_unref(picture);
}
GST_END_TEST

GST_START_TEST(test_interlaced_frames_of_all_heights) {
  for (int height = 1; height <= 9; ++height) {
    const GstVideoInfo info = interleaved(video_info("I420", 5, height));
    processed(kElements[__i__], info, random_buffer(info, 0, 1), 0);
  }
}
GST_END_TEST

// The order of the fields in the caps tells nothing about single fields.
GST_START_TEST(test_alternate_fields_give_what_interleaved_ones_give) {
  const std::string line = line_of(__i__);
  for (const char* format : {"I420", "NV12", "Y42B", "RGB", "GRAY8", "I420_10LE"})
    for (const int height : {2, 3, 16, 17, 18, 19})
      for (const GstVideoFieldOrder order :
           {GST_VIDEO_FIELD_ORDER_TOP_FIELD_FIRST, GST_VIDEO_FIELD_ORDER_BOTTOM_FIELD_FIRST}) {
        const GstVideoInfo info = interleaved(video_info(format, 23, height));
        GstVideoInfo field_info = alternate(info);
        GST_VIDEO_INFO_FIELD_ORDER(&field_info) = order;
        GstBuffer* picture = random_buffer(info, 0, 9);
        GstHarness* harness = make_harness(line, field_info);
        GstBuffer* fields[2];
        for (int f = 0; f < 2; ++f)
          fields[f] = process(harness, field_of(picture, info, field_info, f));
        fail_unless(GST_VIDEO_BUFFER_IS_TOP_FIELD(fields[0]));
        fail_unless(GST_VIDEO_BUFFER_IS_BOTTOM_FIELD(fields[1]));
        gst_harness_teardown(harness);
        GstBuffer* frame = processed_buffer(line, info, picture);
        for (guint c = 0; c < std::min(3u, GST_VIDEO_INFO_N_COMPONENTS(&info)); ++c)
          check_rows(component_samples(frame, info, c),
                     {component_samples(fields[0], field_info, c),
                      component_samples(fields[1], field_info, c)},
                     info, c);
        for (GstBuffer* buffer : {fields[0], fields[1], frame}) gst_buffer_unref(buffer);
      }
}
GST_END_TEST

GST_START_TEST(test_alternate_fields_of_all_heights) {
  for (int height = 1; height <= 9; ++height)
    for (const char* format : {"I420", "v210"}) {
      const GstVideoInfo info = alternate(video_info(format, 5, height));
      GstHarness* harness = make_harness(kElements[__i__], info);
      for (int i = 0; i < 4; ++i) {
        GstBuffer* out = process(harness, gray_field(info, i % 2));
        fail_unless_equals_int(gst_buffer_get_size(out), GST_VIDEO_INFO_SIZE(&info));
        gst_buffer_unref(out);
      }
      gst_harness_teardown(harness);
    }
}
GST_END_TEST

// A bottom field of an odd height has one row less than its buffer.
GST_START_TEST(test_memory_behind_a_bottom_field_is_zero) {
  const GstVideoInfo info = alternate(video_info("GRAY8", 8, 17));
  const std::vector<int> rows = processed(kElements[__i__], info, gray_field(info, 1), 0);
  fail_unless_equals_int(rows.size(), 8 * 9);
  fail_unless_equals_int(std::count(rows.begin(), rows.end() - 8, 0), 0);
  fail_unless_equals_int(std::count(rows.end() - 8, rows.end(), 0), 8);
}
GST_END_TEST

GST_START_TEST(test_noise_of_alternate_fields_differs) {
  const GstVideoInfo info = alternate(video_info("GRAY8", 32, 32));
  GstHarness* harness = make_harness("addnoise level=10", info);
  std::vector<int> noisy[2];
  for (int f = 0; f < 2; ++f) {
    GstBuffer* out = process(harness, gray_field(info, f));
    noisy[f] = component_samples(out, info, 0);
    gst_buffer_unref(out);
    const auto untouched = std::count(noisy[f].begin(), noisy[f].end(), 128);
    fail_unless(untouched < 32 * 16 / 10, "%d samples are as they were",
                static_cast<int>(untouched));
  }
  fail_unless(noisy[0] != noisy[1]);
  gst_harness_teardown(harness);
}
GST_END_TEST

static Suite* fields_suite(void) {
  TCase* cases = model_case("fields");
  tcase_add_loop_test(cases, test_fields_are_processed_one_by_one, 0, 2);
  tcase_add_test(cases, test_progressive_frame_of_a_mixed_stream_is_one_picture);
  tcase_add_loop_test(cases, test_interlaced_frames_of_all_heights, 0, kElementCount);
  tcase_add_loop_test(cases, test_alternate_fields_give_what_interleaved_ones_give, 0, 2);
  tcase_add_loop_test(cases, test_alternate_fields_of_all_heights, 0, kElementCount);
  tcase_add_loop_test(cases, test_memory_behind_a_bottom_field_is_zero, 0, kElementCount);
  tcase_add_test(cases, test_noise_of_alternate_fields_differs);
  return suite_of("fields", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, fields_suite); }
