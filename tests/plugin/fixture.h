// SPDX-License-Identifier: LGPL-2.1-or-later
// Shared by all tests of the elements: models in a folder of their own, frames in any memory
// layout, elements in a harness, and the messages that elements post.
#pragma once

#include <gst/video/video.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gst_check.h"

/// A checked fixture: makes a folder of models that are found by name, and unsets the variables of
/// the fake engine. balanced and averaging take any size, and averaging is recurrent; small sees
/// 32x16 pixels at once.
void setup_models();
void teardown_models();
const std::filesystem::path& models_folder();

/// Names all direct formats of the library's table that this GStreamer knows.
const std::vector<std::string>& format_names();

GstVideoInfo video_info(const std::string& format, int width, int height);

/// Returns frames of the same format and size with fields, of which the top one comes first.
GstVideoInfo interlaced(const GstVideoInfo& info, GstVideoInterlaceMode mode);

/// Makes a buffer of random samples. They depend on the seed alone, whereas the bytes between them
/// also depend on the layout. extra_stride = 0 is GStreamer's default layout. extra_stride > 0
/// makes each row that much longer and each plane start at an offset of its own, and adds a video
/// meta.
GstBuffer* random_buffer(const GstVideoInfo& info, int extra_stride, unsigned seed);

/// Makes a frame of strong texture that stands still under weak noise.
GstBuffer* textured_buffer(const GstVideoInfo& info, unsigned noise_seed);

/// Copies field 0 (top) or 1 (bottom) of an interleaved frame into a buffer of its own, with its
/// flags. info: of the frame; field_info: of the buffer.
GstBuffer* field_of(GstBuffer* frame, const GstVideoInfo& info, const GstVideoInfo& field_info,
                    int field);

/// Returns the codes of one component, row by row; component 3 is alpha. Fails when a bit outside
/// the code of a word is set.
std::vector<int> component_samples(GstBuffer* buffer, const GstVideoInfo& info, int component);

/// Returns the bytes of packed pixels that belong to no component.
std::vector<int> padding_samples(GstBuffer* buffer, const GstVideoInfo& info);

/// Makes an element from a launch line without links, as "denoiseae strength=0". Its engine is
/// torch unless the line names one, and the fake engine is found under that name.
GstElement* make_element(const std::string& description);

/// Gives up the reference to an element when it ends. A member that stands before a bus outlives
/// the bus, which knows the element.
struct ElementReference {
  ~ElementReference() { gst_object_unref(element); }
  GstElement* element = nullptr;
};

/// Puts a playing element with caps into a harness, which takes the reference to the element. The
/// source is not live, so that nothing is measured before the first frame.
GstHarness* make_harness(GstElement* element, const GstVideoInfo& info);
GstHarness* make_harness(const std::string& description, const GstVideoInfo& info);

/// Pushes a buffer and pulls the result.
GstBuffer* process(GstHarness* harness, GstBuffer* buffer);

/// Collects the messages that an element posts.
class Bus {
 public:
  explicit Bus(GstElement* element);
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  /// Counts the messages of a type since the last call.
  int count(GstMessageType type);
  GstMessage* pop(GstMessageType type);
  /// Returns the text of the only error that was posted. Fails the test when there is none, when
  /// there are more, or when it is another one.
  std::string only_error(GQuark domain, int code);

 private:
  GstElement* element_;
  GstBus* bus_;
};

/// Runs a suite, and returns what main returns: success only where tests have run and passed.
int run_plugin_suite(int argc, char** argv, Suite* (*make)());

/// Make a suite of one test case that has the models as its fixture.
Suite* suite_of(const char* name, TCase* cases);
TCase* model_case(const char* name);
