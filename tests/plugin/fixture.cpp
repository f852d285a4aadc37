// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixture.h"

#include <denoiseae/frame.h>

#include <cstdlib>
#include <cstring>
#include <random>

#include "support/tiny_model.h"

namespace {

std::filesystem::path folder;

const char* const fake_variables[] = {
    "DENOISEAE_FAKE_LUMA",          "DENOISEAE_FAKE_CHROMA",
    "DENOISEAE_FAKE_VERTICAL",      "DENOISEAE_FAKE_FAIL",
    "DENOISEAE_FAKE_FAIL_AFTER",    "DENOISEAE_FAKE_SLEEP_MS",
    "DENOISEAE_FAKE_SLEEP_MS_fast", "DENOISEAE_FAKE_SLEEP_MS_balanced",
    "DENOISEAE_FAKE_SLEEP_MS_high",
};

}  // namespace

void setup_models() {
  std::string name = (std::filesystem::temp_directory_path() / "denoiseae-test-XXXXXX").string();
  fail_unless(mkdtemp(name.data()) != nullptr);
  folder = name;
  denoiseae::test::save_tiny_model(folder / "balanced" / "weights.safetensors");
  denoiseae::test::save_averaging_model(folder / "averaging" / "weights.safetensors");
  denoiseae::test::save_fixed_size_model(folder / "small" / "weights.safetensors");
  g_setenv("DENOISEAE_MODEL_PATH", folder.c_str(), TRUE);
  for (const char* variable : fake_variables) g_unsetenv(variable);
}

void teardown_models() {
  std::filesystem::remove_all(folder);
  for (const char* variable : fake_variables) g_unsetenv(variable);
}

const std::filesystem::path& models_folder() { return folder; }

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const denoiseae::FormatInfo& row : denoiseae::direct_formats()) {
      const std::string name(row.name);
      // An older GStreamer does not know all names.
      if (gst_video_format_from_string(name.c_str()) != GST_VIDEO_FORMAT_UNKNOWN)
        list.push_back(name);
    }
    return list;
  }();
  return names;
}

GstVideoInfo video_info(const std::string& format, int width, int height) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, gst_video_format_from_string(format.c_str()), width, height);
  GST_VIDEO_INFO_FPS_N(&info) = 25;
  GST_VIDEO_INFO_FPS_D(&info) = 1;
  return info;
}

GstVideoInfo interlaced(const GstVideoInfo& info, GstVideoInterlaceMode mode) {
  GstVideoInfo result;
  gst_video_info_set_interlaced_format(&result, GST_VIDEO_INFO_FORMAT(&info), mode,
                                       GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info));
  GST_VIDEO_INFO_FPS_N(&result) = GST_VIDEO_INFO_FPS_N(&info);
  GST_VIDEO_INFO_FPS_D(&result) = GST_VIDEO_INFO_FPS_D(&info);
  GST_VIDEO_INFO_FIELD_ORDER(&result) = GST_VIDEO_FIELD_ORDER_TOP_FIELD_FIRST;
  return result;
}

namespace {

// Calls body (pointer) for the byte at an offset in each pixel of a component, row by row.
template <typename Body>
void for_each_pixel(GstBuffer* buffer, const GstVideoInfo& info, int component, int offset,
                    GstMapFlags flags, Body body) {
  GstVideoFrame frame;
  fail_unless(gst_video_frame_map(&frame, &info, buffer, flags));
  const int plane = GST_VIDEO_FORMAT_INFO_PLANE(info.finfo, component);
  auto* data = static_cast<guint8*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, plane));
  const int stride = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane);
  const int step = GST_VIDEO_INFO_COMP_PSTRIDE(&info, component);
  for (int y = 0; y < GST_VIDEO_INFO_COMP_HEIGHT(&info, component); ++y)
    for (int x = 0; x < GST_VIDEO_INFO_COMP_WIDTH(&info, component); ++x)
      body(data + y * stride + x * step + offset);
  gst_video_frame_unmap(&frame);
}

// Samples may lie at odd addresses, where the macros of GStreamer are undefined behaviour.
void write_word(guint8* at, guint word) {
  at[0] = static_cast<guint8>(word);
  at[1] = static_cast<guint8>(word >> 8);
}

int read_word(const guint8* at) { return at[0] | at[1] << 8; }

// GStreamer 1.22 places V of P010_10LE at byte 1, and all components of Y210 at byte 0, though its
// own conversions know better.
int offset_of(const GstVideoInfo& info, int component) {
  constexpr int kOffsetsOfY210[] = {0, 2, 6};
  if (GST_VIDEO_INFO_FORMAT(&info) == GST_VIDEO_FORMAT_Y210) return kOffsetsOfY210[component];
  const int offset = GST_VIDEO_INFO_COMP_POFFSET(&info, component);
  return GST_VIDEO_INFO_COMP_DEPTH(&info, component) > 8 ? (offset + 1) / 2 * 2 : offset;
}

// GStreamer 1.22 tells no shift for Y210, though its own conversions know that the codes are the
// high bits.
guint shift_of(const GstVideoInfo& info, int component) {
  if (GST_VIDEO_INFO_FORMAT(&info) == GST_VIDEO_FORMAT_Y210) return 6;
  return info.finfo->shift[component];
}

std::vector<int> bytes_of(GstBuffer* buffer, const GstVideoInfo& info, int component, int offset) {
  std::vector<int> bytes;
  for_each_pixel(buffer, info, component, offset, GST_MAP_READ,
                 [&](const guint8* at) { bytes.push_back(*at); });
  return bytes;
}

}  // namespace

GstBuffer* random_buffer(const GstVideoInfo& info, int extra_stride, unsigned seed) {
  GstVideoInfo layout = info;
  gsize size = GST_VIDEO_INFO_SIZE(&info);
  if (extra_stride > 0) {
    size = 0;
    for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES(&info); ++p) {
      const gsize end = p + 1 < GST_VIDEO_INFO_N_PLANES(&info)
                            ? GST_VIDEO_INFO_PLANE_OFFSET(&info, p + 1)
                            : GST_VIDEO_INFO_SIZE(&info);
      const gsize rows = (end - GST_VIDEO_INFO_PLANE_OFFSET(&info, p)) /
                         static_cast<gsize>(GST_VIDEO_INFO_PLANE_STRIDE(&info, p));
      size += 5;
      GST_VIDEO_INFO_PLANE_OFFSET(&layout, p) = size;
      GST_VIDEO_INFO_PLANE_STRIDE(&layout, p) += extra_stride;
      size += rows * static_cast<gsize>(GST_VIDEO_INFO_PLANE_STRIDE(&layout, p));
    }
  }
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, size, nullptr);
  GstMapInfo map;
  fail_unless(gst_buffer_map(buffer, &map, GST_MAP_WRITE));
  std::mt19937 around(seed + static_cast<unsigned>(extra_stride) + 1);
  for (gsize i = 0; i < map.size; ++i) map.data[i] = static_cast<guint8>(around() >> 24);
  gst_buffer_unmap(buffer, &map);
  if (extra_stride > 0)
    gst_buffer_add_video_meta_full(buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_INFO_FORMAT(&info),
                                   GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info),
                                   GST_VIDEO_INFO_N_PLANES(&info), layout.offset, layout.stride);
  std::mt19937 random(seed);
  for (guint c = 0; c < GST_VIDEO_INFO_N_COMPONENTS(&info); ++c)
    for_each_pixel(buffer, info, c, offset_of(info, c), GST_MAP_READWRITE, [&](guint8* at) {
      const guint code = random() >> (32 - GST_VIDEO_INFO_COMP_DEPTH(&info, c));
      if (GST_VIDEO_INFO_COMP_DEPTH(&info, c) > 8)
        write_word(at, code << shift_of(info, static_cast<int>(c)));
      else
        *at = static_cast<guint8>(code);
    });
  return buffer;
}

GstBuffer* textured_buffer(const GstVideoInfo& info, unsigned noise_seed) {
  GstBuffer* buffer = random_buffer(info, 0, 77);
  GstBuffer* noise = random_buffer(info, 0, noise_seed);
  GstMapInfo texture_map, noise_map;
  fail_unless(gst_buffer_map(buffer, &texture_map, GST_MAP_READWRITE));
  fail_unless(gst_buffer_map(noise, &noise_map, GST_MAP_READ));
  for (gsize i = 0; i < texture_map.size; ++i)
    texture_map.data[i] = 64 + texture_map.data[i] / 2 + noise_map.data[i] % 7;
  gst_buffer_unmap(noise, &noise_map);
  gst_buffer_unmap(buffer, &texture_map);
  gst_buffer_unref(noise);
  return buffer;
}

GstBuffer* field_of(GstBuffer* frame, const GstVideoInfo& info, const GstVideoInfo& field_info,
                    int field) {
  const denoiseae::FormatInfo& format = denoiseae::format_info(
      denoiseae::format_from_name(gst_video_format_to_string(GST_VIDEO_INFO_FORMAT(&info)))
          .value());
  const int height = (GST_VIDEO_INFO_HEIGHT(&info) + 1 - field) / 2;
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&field_info), nullptr);
  gst_buffer_memset(buffer, 0, 0x33, GST_VIDEO_INFO_SIZE(&field_info));
  GstVideoFrame from, to;
  fail_unless(gst_video_frame_map(&from, &info, frame, GST_MAP_READ));
  fail_unless(gst_video_frame_map(&to, &field_info, buffer, GST_MAP_WRITE));
  for (int p = 0; p < format.plane_count; ++p)
    for (int y = 0; y < format.plane_rows(p, height); ++y)
      memcpy(static_cast<guint8*>(to.data[p]) + y * to.info.stride[p],
             static_cast<guint8*>(from.data[p]) + (2 * y + field) * from.info.stride[p],
             static_cast<gsize>(format.plane_row_bytes(p, GST_VIDEO_INFO_WIDTH(&info))));
  gst_video_frame_unmap(&from);
  gst_video_frame_unmap(&to);
  GST_BUFFER_FLAG_SET(
      buffer, field == 0 ? GST_VIDEO_BUFFER_FLAG_TOP_FIELD : GST_VIDEO_BUFFER_FLAG_BOTTOM_FIELD);
  return buffer;
}

std::vector<int> component_samples(GstBuffer* buffer, const GstVideoInfo& info, int component) {
  if (component >= static_cast<int>(GST_VIDEO_INFO_N_COMPONENTS(&info))) return {};
  const int offset = offset_of(info, component);
  if (GST_VIDEO_INFO_COMP_DEPTH(&info, component) <= 8)
    return bytes_of(buffer, info, component, offset);
  std::vector<int> codes;
  for_each_pixel(buffer, info, component, offset, GST_MAP_READ, [&](const guint8* at) {
    const int word = read_word(at), below = word % (1 << shift_of(info, component));
    fail_unless(below == 0, "bits below a code are set: %#x", static_cast<guint>(word));
    codes.push_back(word >> shift_of(info, component));
  });
  return codes;
}

std::vector<int> padding_samples(GstBuffer* buffer, const GstVideoInfo& info) {
  if (GST_VIDEO_INFO_N_PLANES(&info) > 1 || GST_VIDEO_INFO_COMP_PSTRIDE(&info, 0) != 4 ||
      GST_VIDEO_INFO_COMP_PSTRIDE(&info, 1) != 4 || GST_VIDEO_INFO_N_COMPONENTS(&info) == 4)
    return {};
  // The offsets 0 ... 3 add up to 6, so that the padding has what the three components leave.
  int offset = 6;
  for (int c = 0; c < 3; ++c) offset -= GST_VIDEO_INFO_COMP_POFFSET(&info, c);
  return bytes_of(buffer, info, 0, offset);
}

GstElement* make_element(const std::string& description) {
  GError* error = nullptr;
  GstElement* element = gst_parse_launch(description.c_str(), &error);
  fail_unless(element != nullptr && error == nullptr, "%s: %s", description.c_str(),
              error != nullptr ? error->message : "no element");
  const bool has_engine = g_object_class_find_property(G_OBJECT_GET_CLASS(element), "engine");
  if (has_engine && description.find("engine=") == std::string::npos) {
    gst_util_set_object_arg(G_OBJECT(element), "engine", "torch");
  }
  return GST_ELEMENT(gst_object_ref_sink(element));
}

GstHarness* make_harness(GstElement* element, const GstVideoInfo& info) {
  GstHarness* harness = gst_harness_new_with_element(element, "sink", "src");
  gst_object_unref(element);
  gst_harness_set_live(harness, FALSE);
  gst_harness_set_src_caps(harness, gst_video_info_to_caps(&info));
  return harness;
}

GstHarness* make_harness(const std::string& description, const GstVideoInfo& info) {
  return make_harness(make_element(description), info);
}

GstBuffer* process(GstHarness* harness, GstBuffer* buffer) {
  fail_unless_equals_int(gst_harness_push(harness, buffer), GST_FLOW_OK);
  GstBuffer* result = gst_harness_try_pull(harness);
  fail_unless(result != nullptr);
  return result;
}

Bus::Bus(GstElement* element) : element_(element), bus_(gst_bus_new()) {
  gst_element_set_bus(element_, bus_);
}

Bus::~Bus() {
  gst_element_set_bus(element_, nullptr);
  gst_bus_set_flushing(bus_, TRUE);
  gst_object_unref(bus_);
}

GstMessage* Bus::pop(GstMessageType type) { return gst_bus_pop_filtered(bus_, type); }

int Bus::count(GstMessageType type) {
  int count = 0;
  while (GstMessage* message = pop(type)) {
    ++count;
    gst_message_unref(message);
  }
  return count;
}

std::string Bus::only_error(GQuark domain, int code) {
  GstMessage* message = pop(GST_MESSAGE_ERROR);
  fail_unless(message != nullptr, "no error was posted");
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  fail_unless(error->domain == domain && error->code == code, "expected %s %d, found %s %d: %s",
              g_quark_to_string(domain), code, g_quark_to_string(error->domain), error->code,
              error->message);
  const std::string text = error->message;
  g_error_free(error);
  gst_message_unref(message);
  fail_unless_equals_int(count(GST_MESSAGE_ERROR), 0);
  return text;
}

TCase* model_case(const char* name) {
  TCase* test_case = tcase_create(name);
  tcase_add_checked_fixture(test_case, setup_models, teardown_models);
  return test_case;
}

Suite* suite_of(const char* name, TCase* cases) {
  Suite* suite = suite_create(name);
  suite_add_tcase(suite, cases);
  return suite;
}

int run_plugin_suite(int argc, char** argv, Suite* (*make)()) {
  gst_check_init(&argc, &argv);
  SRunner* runner = srunner_create(make());
  srunner_run_all(runner, CK_NORMAL);
  const int count = srunner_ntests_run(runner), failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  g_thread_pool_stop_unused_threads();
  if (count == 0) g_printerr("no test has run; is a second Check linked, or CK_RUN_CASE wrong?\n");
  return count > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
