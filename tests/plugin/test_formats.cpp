// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs every element on every format, odd sizes, padded input and padded output.
#include <denoiseae/frame.h>
#include <gst/video/gstvideopool.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "fixture.h"

namespace {

const int kSizes[][2] = {{1, 1}, {2, 2}, {3, 3}, {17, 13}, {333, 241}};
const int kStrides[] = {0, 7};

bool is_rgb(const GstVideoInfo& info) { return GST_VIDEO_INFO_IS_RGB(&info); }

// Answers the allocation query with a pool whose frames have borders.
GstPadProbeReturn offer_padded_pool(GstPad*, GstPadProbeInfo* probe, gpointer) {
  GstQuery* query = GST_PAD_PROBE_INFO_QUERY(probe);
  if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION) return GST_PAD_PROBE_OK;
  GstCaps* caps = nullptr;
  gst_query_parse_allocation(query, &caps, nullptr);
  GstVideoInfo info;
  fail_unless(gst_video_info_from_caps(&info, caps));
  GstVideoAlignment alignment;
  gst_video_alignment_reset(&alignment);
  alignment.padding_left = 6;
  alignment.padding_right = 10;
  alignment.padding_top = 2;
  alignment.padding_bottom = 4;
  GstBufferPool* pool = gst_video_buffer_pool_new();
  GstStructure* config = gst_buffer_pool_get_config(pool);
  gst_buffer_pool_config_set_params(config, caps, GST_VIDEO_INFO_SIZE(&info), 0, 0);
  gst_buffer_pool_config_add_option(config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_config_add_option(config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  gst_buffer_pool_config_set_video_alignment(config, &alignment);
  fail_unless(gst_buffer_pool_set_config(pool, config));
  gst_query_add_allocation_pool(query, pool, GST_VIDEO_INFO_SIZE(&info), 0, 0);
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  gst_object_unref(pool);
  return GST_PAD_PROBE_HANDLED;
}

void check_extra_bytes(GstBuffer* in, GstBuffer* out, const GstVideoInfo& info) {
  fail_unless(component_samples(in, info, 3) == component_samples(out, info, 3), "alpha changed");
  fail_unless(padding_samples(in, info) == padding_samples(out, info), "padding changed");
}

void check_equal(const std::vector<int>& found, const std::vector<int>& expected,
                 const GstVideoInfo& info, int component) {
  if (found == expected) return;  // fail_unless is too slow to be called for each sample
  gsize i = 0;
  while (i < found.size() && i < expected.size() && found[i] == expected[i]) ++i;
  fail_unless(false, "%s %dx%d component %d sample %d: expected %d, found %d",
              gst_video_format_to_string(GST_VIDEO_INFO_FORMAT(&info)), GST_VIDEO_INFO_WIDTH(&info),
              GST_VIDEO_INFO_HEIGHT(&info), component, static_cast<int>(i),
              i < expected.size() ? expected[i] : -1, i < found.size() ? found[i] : -1);
}

// Runs body (in, out, info) for every size and layout of a format.
template <typename Body>
void for_each_layout(const std::string& format, const std::string& description, Body body) {
  for (const auto& size : kSizes)
    for (const int stride : kStrides) {
      const GstVideoInfo info = video_info(format, size[0], size[1]);
      GstHarness* harness = make_harness(make_element(description), info);
      if (stride > 0) {
        gst_pad_add_probe(harness->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, offer_padded_pool,
                          nullptr, nullptr);
        gst_harness_push_upstream_event(harness, gst_event_new_reconfigure());
      }
      GstBuffer* in = random_buffer(info, stride, 1);
      GstBuffer* out = process(harness, gst_buffer_ref(in));
      fail_unless(out != in);
      if (stride > 0) {
        const GstVideoMeta* meta = gst_buffer_get_video_meta(out);
        fail_unless(meta != nullptr && meta->offset[0] > 0, "output is not padded");
      }
      body(in, out, info);
      check_extra_bytes(in, out, info);
      gst_buffer_unref(in);
      gst_buffer_unref(out);
      gst_harness_teardown(harness);
    }
}

// Whether a format has chroma samples between those that the network sees. They are filtered.
bool has_fine_chroma(const GstVideoInfo& info) {
  return is_rgb(info) || (GST_VIDEO_INFO_N_COMPONENTS(&info) >= 3 &&
                          (info.finfo->w_sub[1] == 0 || info.finfo->h_sub[1] == 0));
}

int max_code(const GstVideoInfo& info) { return (1 << GST_VIDEO_INFO_COMP_DEPTH(&info, 0)) - 1; }

// Subtracts noise that is given in 8-bit codes.
std::vector<int> minus(std::vector<int> samples, int noise, const GstVideoInfo& info) {
  const int max = max_code(info);
  for (int& x : samples)
    x = std::clamp(static_cast<int>(std::lround(x - noise * max / 255.0)), 0, max);
  return samples;
}

// Computes the kernel of docs/elements.md in floating point, sample by sample.
std::vector<int> sharpened(const std::vector<int>& x, int width, int height, double amount,
                           int max) {
  auto at = [&](int row, int column) {
    return x[std::clamp(row, 0, height - 1) * width + std::clamp(column, 0, width - 1)];
  };
  std::vector<int> result;
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < width; ++c) {
      const double sum = (1 + 4 * amount) * at(r, c) -
                         amount * (at(r - 1, c) + at(r + 1, c) + at(r, c - 1) + at(r, c + 1));
      result.push_back(std::clamp(static_cast<int>(std::floor(sum + 0.5)), 0, max));
    }
  return result;
}

void check_sharpened(const std::string& format, double amount, bool luma_only) {
  const std::string line = "sharpen3x3 amount=" + std::to_string(amount) +
                           " luma-only=" + (luma_only ? "true" : "false");
  for_each_layout(format, line, [&](GstBuffer* in, GstBuffer* out, const GstVideoInfo& info) {
    const int components = std::min(3u, GST_VIDEO_INFO_N_COMPONENTS(&info));
    for (int c = 0; c < components; ++c) {
      const std::vector<int> before = component_samples(in, info, c);
      const bool touched = is_rgb(info) || c == 0 || !luma_only;
      check_equal(component_samples(out, info, c),
                  touched ? sharpened(before, GST_VIDEO_INFO_COMP_WIDTH(&info, c),
                                      GST_VIDEO_INFO_COMP_HEIGHT(&info, c), amount, max_code(info))
                          : before,
                  info, c);
    }
  });
}

}  // namespace

GST_START_TEST(test_denoiseae_subtracts_noise) {
  const std::string& format = format_names()[__i__];
  g_setenv("DENOISEAE_FAKE_LUMA", "10", TRUE);
  g_setenv("DENOISEAE_FAKE_CHROMA", "-6", TRUE);
  // A colour difference would reach all components of RGB.
  const GstVideoInfo any = video_info(format, 2, 2);
  const std::string chroma = has_fine_chroma(any) ? "0" : "1";
  for_each_layout(format, "denoiseae noise-level=20 chroma-strength=" + chroma,
                  [](GstBuffer* in, GstBuffer* out, const GstVideoInfo& info) {
                    const int components = std::min(3u, GST_VIDEO_INFO_N_COMPONENTS(&info));
                    const int chroma_noise = has_fine_chroma(info) ? 0 : -6;
                    for (int c = 0; c < components; ++c)
                      check_equal(component_samples(out, info, c),
                                  minus(component_samples(in, info, c),
                                        is_rgb(info) || c == 0 ? 10 : chroma_noise, info),
                                  info, c);
                  });
}
GST_END_TEST

GST_START_TEST(test_model_of_one_size_takes_every_size) {
  g_setenv("DENOISEAE_FAKE_LUMA", "10", TRUE);
  for_each_layout(
      format_names()[__i__], "denoiseae model=small",
      [](GstBuffer* in, GstBuffer* out, const GstVideoInfo& info) {
        const int components = std::min(3u, GST_VIDEO_INFO_N_COMPONENTS(&info));
        for (int c = 0; c < components; ++c)
          check_equal(component_samples(out, info, c),
                      minus(component_samples(in, info, c), is_rgb(info) || c == 0 ? 10 : 0, info),
                      info, c);
      });
}
GST_END_TEST

GST_START_TEST(test_sharpen3x3_is_exact) {
  const std::string& format = format_names()[__i__];
  check_sharpened(format, 1, true);
  check_sharpened(format, 0.5, false);
}
GST_END_TEST

GST_START_TEST(test_addnoise_does_not_depend_on_the_layout) {
  std::vector<std::vector<int>> tight;
  for_each_layout(format_names()[__i__], "addnoise level=20 seed=3",
                  [&](GstBuffer* in, GstBuffer* out, const GstVideoInfo& info) {
                    std::vector<std::vector<int>> noisy;
                    for (int c = 0; c < 3; ++c) noisy.push_back(component_samples(out, info, c));
                    fail_unless(noisy[0] != component_samples(in, info, 0));
                    if (gst_buffer_get_video_meta(in) == nullptr)
                      tight = noisy;
                    else
                      fail_unless(noisy == tight);
                  });
}
GST_END_TEST

namespace {

// Makes every byte of the memory that the next output will have another one than 0.
void spoil(GstBuffer* out) {
  GstMapInfo map;
  fail_unless(gst_buffer_map(out, &map, GST_MAP_WRITE));
  memset(map.data, 0xa5, map.size);
  gst_buffer_unmap(out, &map);
  gst_buffer_unref(out);
}

// Returns how many bytes behind the rows of the planes are not 0, and counts all of them.
int spoiled_bytes(GstBuffer* out, const GstVideoInfo& info, int* count) {
  const denoiseae::FormatInfo& format = denoiseae::format_info(
      denoiseae::format_from_name(gst_video_format_to_string(GST_VIDEO_INFO_FORMAT(&info)))
          .value());
  GstMapInfo map;
  fail_unless(gst_buffer_map(out, &map, GST_MAP_READ));
  std::vector<bool> is_pixel(map.size, false);
  for (int p = 0; p < format.plane_count; ++p)
    for (int y = 0; y < format.plane_rows(p, GST_VIDEO_INFO_HEIGHT(&info)); ++y) {
      const gsize row = GST_VIDEO_INFO_PLANE_OFFSET(&info, p) +
                        static_cast<gsize>(y * GST_VIDEO_INFO_PLANE_STRIDE(&info, p));
      for (int i = 0; i < format.plane_row_bytes(p, GST_VIDEO_INFO_WIDTH(&info)); ++i)
        is_pixel[row + static_cast<gsize>(i)] = true;
    }
  int spoiled = 0;
  for (gsize i = 0; i < map.size; ++i)
    if (!is_pixel[i]) {
      ++*count;
      spoiled += map.data[i] != 0;
    }
  gst_buffer_unmap(out, &map);
  return spoiled;
}

}  // namespace

GST_START_TEST(test_memory_behind_rows_is_zero) {
  for (const char* element : {"denoiseae noise-level=5", "sharpen3x3", "addnoise level=5"}) {
    const GstVideoInfo info = video_info(format_names()[__i__], 17, 13);
    GstHarness* harness = make_harness(make_element(element), info);
    // The pool hands out memory again that was given back.
    for (int i = 0; i < 3; ++i) spoil(process(harness, random_buffer(info, 0, 1)));
    GstBuffer* out = process(harness, random_buffer(info, 0, 1));
    int count = 0;
    fail_unless_equals_int(spoiled_bytes(out, info, &count), 0);
    // A single plane whose rows are multiples of 4 bytes has no padding.
    const bool is_tight =
        GST_VIDEO_INFO_N_PLANES(&info) == 1 &&
        denoiseae::format_info(denoiseae::format_from_name(format_names()[__i__]).value())
                .plane_row_bytes(0, GST_VIDEO_INFO_WIDTH(&info)) ==
            GST_VIDEO_INFO_PLANE_STRIDE(&info, 0);
    fail_unless((count > 0) == !is_tight, "%d bytes", count);
    gst_buffer_unref(out);
    gst_harness_teardown(harness);
  }
}
GST_END_TEST

namespace {

std::vector<guint8> row_bytes_of(GstBuffer* buffer, const GstVideoInfo& info,
                                 const denoiseae::FormatInfo& format) {
  std::vector<guint8> bytes;
  GstVideoFrame frame;
  fail_unless(gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ));
  const auto* data = static_cast<const guint8*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0));
  for (int y = 0; y < GST_VIDEO_INFO_HEIGHT(&info); ++y) {
    const guint8* row = data + y * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
    bytes.insert(bytes.end(), row, row + format.plane_row_bytes(0, GST_VIDEO_INFO_WIDTH(&info)));
  }
  gst_video_frame_unmap(&frame);
  return bytes;
}

}  // namespace

// That the samples are the right ones is tested in the library. The library's rows must fit into
// those that GStreamer allocates.
GST_START_TEST(test_fields_of_bits_pass_and_change) {
  g_setenv("DENOISEAE_FAKE_LUMA", "0", TRUE);
  const gsize direct = denoiseae::direct_formats().size();
  const denoiseae::FormatInfo& format = denoiseae::formats()[direct + static_cast<gsize>(__i__)];
  for (const int width : {1, 2, 3, 11, 48, 97})
    for (const char* line : {"denoiseae noise-level=20", "addnoise level=20", "sharpen3x3"}) {
      const GstVideoInfo info = video_info(std::string(format.name), width, 17);
      GstHarness* harness = make_harness(line, info);
      GstBuffer* in = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
      gst_buffer_memset(in, 0, 0x5a, GST_VIDEO_INFO_SIZE(&info));
      const auto before = row_bytes_of(in, info, format);
      GstBuffer* out = process(harness, in);
      // The fake engine finds no noise here.
      const bool is_changed = row_bytes_of(out, info, format) != before;
      if (std::string(line).starts_with("denoiseae"))
        fail_unless(!is_changed, "%s %d", line, width);
      if (std::string(line).starts_with("addnoise")) fail_unless(is_changed, "%s %d", line, width);
      gst_buffer_unref(out);
      gst_harness_teardown(harness);
    }
}
GST_END_TEST

static Suite* formats_suite(void) {
  TCase* cases = model_case("formats");
  const int count = static_cast<int>(format_names().size());
  tcase_set_timeout(cases, 60);
  tcase_add_loop_test(cases, test_memory_behind_rows_is_zero, 0, count);
  tcase_add_loop_test(cases, test_denoiseae_subtracts_noise, 0, count);
  tcase_add_loop_test(cases, test_model_of_one_size_takes_every_size, 0, count);
  tcase_add_loop_test(cases, test_sharpen3x3_is_exact, 0, count);
  tcase_add_loop_test(cases, test_addnoise_does_not_depend_on_the_layout, 0, count);
  const auto coded = denoiseae::formats().size() - denoiseae::direct_formats().size();
  tcase_add_loop_test(cases, test_fields_of_bits_pass_and_change, 0, static_cast<int>(coded));
  return suite_of("formats", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, formats_suite); }
