// SPDX-License-Identifier: LGPL-2.1-or-later
// Bad weights, bad buffers and a failing engine end in one error of the right kind, and the element
// works again.
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "fixture.h"
#include "model/safetensors.h"
#include "support/tiny_model.h"

namespace {

using denoiseae::TensorFile;
using Json = nlohmann::json;

const GstVideoInfo kInfo = video_info("I420", 16, 16);

std::string bytes_of_good_model() {
  std::ifstream in(models_folder() / "balanced" / "weights.safetensors", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Joins the parts of a weights file as docs/model-format.md says: length of the header, header,
// data.
std::string container(const std::string& header, const std::string& data) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 0xff);
  return bytes + header + data;
}

std::uint64_t header_length(const std::string& file) {
  std::uint64_t length = 0;
  for (int i = 0; i < 8; ++i)
    length |= static_cast<std::uint64_t>(static_cast<unsigned char>(file[i])) << (8 * i);
  return length;
}

// Returns the good model with a changed header and unchanged data.
std::string with_header(const std::function<void(Json&)>& change) {
  const std::string good = bytes_of_good_model();
  const std::uint64_t length = header_length(good);
  Json header = Json::parse(good.substr(8, length));
  change(header);
  return container(header.dump(), good.substr(8 + length));
}

std::string with_manifest(const std::function<void(Json&)>& change) {
  return with_header([&](Json& header) {
    Json manifest = Json::parse(header["__metadata__"]["denoiseae"].get<std::string>());
    change(manifest);
    header["__metadata__"]["denoiseae"] = manifest.dump();
  });
}

// Returns any tensor of the model.
Json& a_tensor(Json& header) {
  for (auto& [name, value] : header.items())
    if (name != "__metadata__") return value;
  ck_abort_msg("the model has no tensor");
  return header;
}

struct BadFile {
  const char* name;
  int code;
  std::string (*bytes)();
};

const BadFile kBadFiles[] = {
    {"empty", GST_RESOURCE_ERROR_READ, [] { return std::string(); }},
    {"foreign", GST_RESOURCE_ERROR_READ, [] { return std::string(5000, 'x'); }},
    {"truncated header", GST_RESOURCE_ERROR_READ,
     [] { return bytes_of_good_model().substr(0, 40); }},
    {"truncated data", GST_RESOURCE_ERROR_READ,
     [] {
       const std::string good = bytes_of_good_model();
       return good.substr(0, good.size() - 1);
     }},
    {"longer than its header says", GST_RESOURCE_ERROR_READ,
     [] { return bytes_of_good_model() + "more"; }},
    {"hostile length of the header", GST_RESOURCE_ERROR_READ,
     [] { return std::string(8, '\xff') + "{}"; }},
    {"header that is no JSON", GST_RESOURCE_ERROR_READ, [] { return container("{\"a\":", ""); }},
    {"deeply nested header", GST_RESOURCE_ERROR_READ,
     [] { return container(std::string(500000, '['), ""); }},
    {"number beyond all doubles", GST_RESOURCE_ERROR_READ,
     [] { return container("{\"a\":1e999}", ""); }},
    {"deeply nested manifest", GST_RESOURCE_ERROR_READ,
     [] {
       return with_header([](Json& header) {
         std::string manifest = header["__metadata__"]["denoiseae"];
         manifest.back() = ',';
         header["__metadata__"]["denoiseae"] =
             manifest + "\"more\":" + std::string(100000, '[') + std::string(100000, ']') + "}";
       });
     }},
    {"no manifest", GST_RESOURCE_ERROR_SETTINGS,
     [] { return with_header([](Json& header) { header.erase("__metadata__"); }); }},
    {"overlapping ranges", GST_RESOURCE_ERROR_READ,
     [] {
       return with_header([](Json& header) {
         const Json offsets = a_tensor(header)["data_offsets"];
         for (auto& [name, value] : header.items())
           if (name != "__metadata__") value["data_offsets"] = offsets;
       });
     }},
    {"sizes that overflow", GST_RESOURCE_ERROR_READ,
     [] {
       return with_header([](Json& header) {
         a_tensor(header)["shape"] = {4294967296, 4294967296, 4294967296};
       });
     }},
    {"negative size", GST_RESOURCE_ERROR_READ,
     [] { return with_header([](Json& header) { a_tensor(header)["shape"] = {-1}; }); }},
    {"other number format", GST_RESOURCE_ERROR_READ,
     [] { return with_header([](Json& header) { a_tensor(header)["dtype"] = "I64"; }); }},
    {"wrong shape", GST_RESOURCE_ERROR_SETTINGS,
     [] { return with_manifest([](Json& manifest) { manifest["settings"]["widths"] = {8}; }); }},
    {"wrong name of a tensor", GST_RESOURCE_ERROR_SETTINGS,
     [] {
       return with_header([](Json& header) {
         const Json tensor = header["head.weight"];
         header.erase("head.weight");
         header["tete.weight"] = tensor;
       });
     }},
    {"newer format", GST_RESOURCE_ERROR_READ,
     [] { return with_manifest([](Json& manifest) { manifest["format"] = 2; }); }},
    {"unknown architecture", GST_RESOURCE_ERROR_SETTINGS,
     [] { return with_manifest([](Json& manifest) { manifest["architecture"] = "oracle"; }); }},
    {"setting of a wrong type", GST_RESOURCE_ERROR_SETTINGS,
     [] { return with_manifest([](Json& manifest) { manifest["settings"]["widths"] = "wide"; }); }},
    {"settings that are no object", GST_RESOURCE_ERROR_SETTINGS,
     [] { return with_manifest([](Json& manifest) { manifest["settings"] = 3; }); }},
    {"settings that are too long", GST_RESOURCE_ERROR_SETTINGS,
     [] {
       return with_manifest([](Json& manifest) {
         manifest["architecture"] = "paper";
         manifest["settings"] = {{"filters", Json(40, 4)}};
       });
     }},
    {"weights that overflow", GST_RESOURCE_ERROR_READ,
     [] {
       std::string bytes = bytes_of_good_model();
       const float large = 3e38f;
       for (gsize i = 8 + header_length(bytes); i < bytes.size(); i += sizeof(large))
         bytes.replace(i, sizeof(large), reinterpret_cast<const char*>(&large), sizeof(large));
       return bytes;
     }},
    {"value that is not finite", GST_RESOURCE_ERROR_READ,
     [] {
       std::string bytes = bytes_of_good_model();
       const float bad = std::numeric_limits<float>::quiet_NaN();
       bytes.replace(bytes.size() - 4, 4, reinterpret_cast<const char*>(&bad), 4);
       return bytes;
     }},
};

std::string write_model(const std::string& bytes) {
  const auto path = models_folder() / "bad.safetensors";
  std::ofstream(path, std::ios::binary) << bytes;
  return path.string();
}

// Checks that the start fails with the error, and that the element works with a good model then.
std::string check_start_fails(const std::string& model, int code) {
  GstElement* element = make_element("denoiseae");
  g_object_set(element, "model", model.c_str(), nullptr);
  std::string message;
  {
    Bus bus(element);
    fail_unless_equals_int(gst_element_set_state(element, GST_STATE_PAUSED),
                           GST_STATE_CHANGE_FAILURE);
    message = bus.only_error(GST_RESOURCE_ERROR, code);
  }
  gst_element_set_state(element, GST_STATE_NULL);

  g_object_set(element, "model", "balanced", nullptr);
  GstHarness* harness = make_harness(element, kInfo);
  gst_buffer_unref(process(harness, random_buffer(kInfo, 0, 1)));
  gst_harness_teardown(harness);
  return message;
}

// Checks that frames fail with the error, which is posted once, and work again after a restart.
void check_frames_fail(const char* how, GQuark domain, int code, int good_frames) {
  g_setenv("DENOISEAE_FAKE_FAIL", how, TRUE);
  g_setenv("DENOISEAE_FAKE_FAIL_AFTER", std::to_string(good_frames).c_str(), TRUE);
  GstElement* element = make_element("denoiseae");
  GstHarness* harness = make_harness(GST_ELEMENT(gst_object_ref(element)), kInfo);
  {
    Bus bus(element);
    for (int i = 0; i < good_frames; ++i)
      gst_buffer_unref(process(harness, random_buffer(kInfo, 0, i)));
    for (int i = 0; i < 3; ++i)
      fail_unless_equals_int(gst_harness_push(harness, random_buffer(kInfo, 0, i)), GST_FLOW_ERROR);
    bus.only_error(domain, code);
  }
  gst_harness_teardown(harness);

  g_unsetenv("DENOISEAE_FAKE_FAIL");
  harness = make_harness(element, kInfo);
  gst_buffer_unref(process(harness, random_buffer(kInfo, 0, 1)));
  gst_harness_teardown(harness);
}

// Checks that caps are refused with the error, which is posted once.
void check_caps_fail(const std::string& description, GQuark domain, int code) {
  GstElement* element = make_element(description);
  Bus bus(element);
  GstHarness* harness = gst_harness_new_with_element(element, "sink", "src");
  gst_harness_set_src_caps(harness, gst_video_info_to_caps(&kInfo));
  for (int i = 0; i < 2; ++i)
    fail_unless_equals_int(gst_harness_push(harness, random_buffer(kInfo, 0, 1)),
                           GST_FLOW_NOT_NEGOTIATED);
  bus.only_error(domain, code);
  gst_harness_teardown(harness);
  gst_object_unref(element);
}

std::string check_buffer_fails(const std::string& description, GstBuffer* buffer) {
  GstHarness* harness = make_harness(description, kInfo);
  std::string message;
  {
    Bus bus(harness->element);
    fail_unless_equals_int(gst_harness_push(harness, gst_buffer_ref(buffer)), GST_FLOW_ERROR);
    fail_unless_equals_int(gst_harness_push(harness, buffer), GST_FLOW_ERROR);
    message = bus.only_error(GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT);
  }
  gst_harness_teardown(harness);
  return message;
}

GstBuffer* buffer_with_meta(gsize size, const GstVideoInfo& info, int stride) {
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, size, nullptr);
  gsize offsets[GST_VIDEO_MAX_PLANES];
  gint strides[GST_VIDEO_MAX_PLANES];
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES(&info); ++p) {
    offsets[p] = GST_VIDEO_INFO_PLANE_OFFSET(&info, p);
    strides[p] = stride;
  }
  gst_buffer_add_video_meta_full(buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_INFO_FORMAT(&info),
                                 GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info),
                                 GST_VIDEO_INFO_N_PLANES(&info), offsets, strides);
  return buffer;
}

// The memory of this allocator is like that of a device that the CPU cannot reach.
typedef GstAllocator UnmappableAllocator;
typedef GstAllocatorClass UnmappableAllocatorClass;
G_DEFINE_TYPE(UnmappableAllocator, unmappable_allocator, GST_TYPE_ALLOCATOR)

void unmappable_allocator_class_init(UnmappableAllocatorClass* klass) {
  klass->alloc = [](GstAllocator* allocator, gsize size, GstAllocationParams*) {
    GstMemory* memory = g_new0(GstMemory, 1);
    gst_memory_init(memory, GST_MEMORY_FLAG_NO_SHARE, allocator, nullptr, size, 0, 0, size);
    return memory;
  };
  klass->free = [](GstAllocator*, GstMemory* memory) { g_free(memory); };
}

void unmappable_allocator_init(UnmappableAllocator* allocator) {
  allocator->mem_type = "unmappable";
  allocator->mem_map = [](GstMemory*, gsize, GstMapFlags) { return gpointer(nullptr); };
}

// A pool of I420 frames of 4x6 pixels with 3 rows of chroma: enough for the frame, but one too few
// for its two fields, which have 2 rows each. Nothing in these frames tells that they hold fields.
typedef GstBufferPool TightPool;
typedef GstBufferPoolClass TightPoolClass;
G_DEFINE_TYPE(TightPool, tight_pool, GST_TYPE_BUFFER_POOL)

constexpr gsize kTightBytes = 4 * 6 + 2 * 4 * 3;

void tight_pool_class_init(TightPoolClass* klass) {
  klass->alloc_buffer = [](GstBufferPool*, GstBuffer** buffer, GstBufferPoolAcquireParams*) {
    *buffer = buffer_with_meta(kTightBytes, video_info("I420", 4, 6), 4);
    return GST_FLOW_OK;
  };
}

void tight_pool_init(TightPool*) {}

GstPadProbeReturn offer_tight_pool(GstPad*, GstPadProbeInfo* probe, gpointer) {
  GstQuery* query = GST_PAD_PROBE_INFO_QUERY(probe);
  if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION) return GST_PAD_PROBE_OK;
  auto* pool = GST_BUFFER_POOL(g_object_new(tight_pool_get_type(), nullptr));
  gst_query_add_allocation_pool(query, pool, kTightBytes, 0, 0);
  gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
  gst_object_unref(pool);
  return GST_PAD_PROBE_HANDLED;
}

const char* const kElements[] = {"denoiseae", "sharpen3x3", "addnoise"};

}  // namespace

GST_START_TEST(test_bad_weights) {
  const BadFile& bad = kBadFiles[__i__];
  const std::string path = write_model(bad.bytes());
  GST_INFO("%s", bad.name);
  const std::string message = check_start_fails(path, bad.code);
  fail_unless(message.find(path) != std::string::npos, "%s: no path in: %s", bad.name,
              message.c_str());
}
GST_END_TEST

GST_START_TEST(test_missing_weights) {
  const std::string message = check_start_fails("no-such-model", GST_RESOURCE_ERROR_NOT_FOUND);
  fail_unless(message.find("balanced") != std::string::npos, "does not say what there is: %s",
              message.c_str());
  check_start_fails("/no/such/file.safetensors", GST_RESOURCE_ERROR_NOT_FOUND);
  check_start_fails("", GST_RESOURCE_ERROR_NOT_FOUND);
}
GST_END_TEST

GST_START_TEST(test_unreadable_weights) {
  check_start_fails(models_folder().string(), GST_RESOURCE_ERROR_OPEN_READ);
}
GST_END_TEST

GST_START_TEST(test_engine_fails_at_the_first_frame) {
  check_frames_fail("run-engine", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED, 0);
}
GST_END_TEST

GST_START_TEST(test_engine_fails_mid_stream) {
  check_frames_fail("run-engine", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED, 3);
  check_frames_fail("run-standard", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED, 3);
  check_frames_fail("run-unknown", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED, 3);
  check_frames_fail("run-memory", GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT, 3);
}
GST_END_TEST

GST_START_TEST(test_engine_cannot_be_made) {
  check_caps_fail("denoiseae device=cuda:7", GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
  g_setenv("DENOISEAE_FAKE_FAIL", "make-engine", TRUE);
  check_caps_fail("denoiseae", GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED);
}
GST_END_TEST

GST_START_TEST(test_engine_cannot_be_made_after_passthrough) {
  g_setenv("DENOISEAE_FAKE_FAIL", "make-device", TRUE);
  GstHarness* harness = make_harness("denoiseae strength=0", kInfo);
  {
    Bus bus(harness->element);
    gst_buffer_unref(process(harness, random_buffer(kInfo, 0, 1)));
    g_object_set(harness->element, "strength", 1.0, nullptr);
    for (int i = 0; i < 2; ++i)
      fail_unless_equals_int(gst_harness_push(harness, random_buffer(kInfo, 0, 1)), GST_FLOW_ERROR);
    bus.only_error(GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
  }
  gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(test_short_buffer) {
  const gsize size = GST_VIDEO_INFO_SIZE(&kInfo);
  const std::string message =
      check_buffer_fails(kElements[__i__], gst_buffer_new_allocate(nullptr, size - 1, nullptr));
  fail_unless(message.find(std::to_string(size)) != std::string::npos &&
                  message.find(std::to_string(size - 1)) != std::string::npos,
              "%s", message.c_str());
  check_buffer_fails(kElements[__i__], gst_buffer_new());
}
GST_END_TEST

GST_START_TEST(test_video_meta_that_promises_too_much) {
  const gsize size = GST_VIDEO_INFO_SIZE(&kInfo);
  check_buffer_fails(kElements[__i__], buffer_with_meta(size, kInfo, 200));
  check_buffer_fails(kElements[__i__], buffer_with_meta(size, kInfo, 8));
  check_buffer_fails(kElements[__i__], buffer_with_meta(size, kInfo, -16));
  const GstVideoInfo small = video_info("I420", 8, 16);
  check_buffer_fails(kElements[__i__], buffer_with_meta(size, small, 16));
}
GST_END_TEST

GST_START_TEST(test_buffer_that_cannot_be_mapped) {
  auto* allocator = GST_ALLOCATOR(g_object_new(unmappable_allocator_get_type(), nullptr));
  gst_object_ref_sink(allocator);
  GstBuffer* buffer = gst_buffer_new();
  gst_buffer_append_memory(buffer,
                           gst_allocator_alloc(allocator, GST_VIDEO_INFO_SIZE(&kInfo), nullptr));
  check_buffer_fails(kElements[__i__], buffer);
  gst_object_unref(allocator);
}
GST_END_TEST

// The video meta of the input alone says that it holds fields.
GST_START_TEST(test_output_without_room_for_the_fields_of_the_input) {
  GstVideoInfo info;
  gst_video_info_set_interlaced_format(&info, GST_VIDEO_FORMAT_I420, GST_VIDEO_INTERLACE_MODE_MIXED,
                                       4, 6);
  GstHarness* harness = make_harness(kElements[__i__], info);
  gst_pad_add_probe(harness->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, offer_tight_pool,
                    nullptr, nullptr);
  gst_harness_push_upstream_event(harness, gst_event_new_reconfigure());
  GstBuffer* buffer = buffer_with_meta(GST_VIDEO_INFO_SIZE(&info), info, 4);
  gst_buffer_get_video_meta(buffer)->flags = GST_VIDEO_FRAME_FLAG_INTERLACED;
  {
    Bus bus(harness->element);
    fail_unless_equals_int(gst_harness_push(harness, buffer), GST_FLOW_ERROR);
    bus.only_error(GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT);
  }
  gst_harness_teardown(harness);
}
GST_END_TEST

static Suite* errors_suite(void) {
  TCase* cases = model_case("errors");
  tcase_add_loop_test(cases, test_bad_weights, 0, G_N_ELEMENTS(kBadFiles));
  tcase_add_test(cases, test_missing_weights);
  tcase_add_test(cases, test_unreadable_weights);
  tcase_add_test(cases, test_engine_fails_at_the_first_frame);
  tcase_add_test(cases, test_engine_fails_mid_stream);
  tcase_add_test(cases, test_engine_cannot_be_made);
  tcase_add_test(cases, test_engine_cannot_be_made_after_passthrough);
  tcase_add_loop_test(cases, test_short_buffer, 0, 3);
  tcase_add_loop_test(cases, test_buffer_that_cannot_be_mapped, 0, 3);
  tcase_add_loop_test(cases, test_video_meta_that_promises_too_much, 0, 3);
  tcase_add_loop_test(cases, test_output_without_room_for_the_fields_of_the_input, 0, 3);
  return suite_of("errors", cases);
}

int main(int argc, char** argv) { return run_plugin_suite(argc, argv, errors_suite); }
