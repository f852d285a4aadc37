// SPDX-License-Identifier: LGPL-2.1-or-later
// What all tests of the elements share: models in a folder of their own, frames in any memory
// layout, elements in a harness, and what they post.
#pragma once

#include <gst/video/video.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gst_check.h"

/// Checked fixture: a folder of models that are found by name (balanced = any size, small =
/// sees 32x16 pixels at once), and an engine without special wishes.
void setup_models();
void teardown_models();
const std::filesystem::path& models_folder();

/// All formats of the library's table.
const std::vector<std::string>& format_names();

GstVideoInfo video_info(const std::string& format, int width, int height);

/// A buffer of random samples, the same for every layout; other bytes differ. extra_stride > 0:
/// every plane starts at an offset of its own with rows that much longer, as a video meta tells;
/// else the layout is GStreamer's default.
GstBuffer* random_buffer(const GstVideoInfo& info, int extra_stride, unsigned seed);

/// Codes of one component, row by row; component 3 is alpha. Fails where bits of words that hold no
/// code are set.
std::vector<int> component_samples(GstBuffer* buffer, const GstVideoInfo& info, int component);

/// The bytes of packed pixels that belong to no component.
std::vector<int> padding_samples(GstBuffer* buffer, const GstVideoInfo& info);

/// Makes an element from a launch line without links, "denoiseae strength=0". Where the line names
/// no engine it is torch, under whose name the fake one is found.
GstElement* make_element(const std::string& description);

/// A playing element in a harness, with caps set. Takes the element.
GstHarness* make_harness(GstElement* element, const GstVideoInfo& info);
GstHarness* make_harness(const std::string& description, const GstVideoInfo& info);

/// Pushes a buffer and pulls what comes of it.
GstBuffer* process(GstHarness* harness, GstBuffer* buffer);

/// Collects what an element posts.
class Bus {
 public:
  explicit Bus(GstElement* element);
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  /// Messages of a type since the last call.
  int count(GstMessageType type);
  GstMessage* pop(GstMessageType type);
  /// The only error that was posted; fails the test when there is none or more, or another one.
  std::string only_error(GQuark domain, int code);

 private:
  GstElement* element_;
  GstBus* bus_;
};

/// GStreamer's macros for C++: a suite of one test case with the models as its fixture.
Suite* suite_of(const char* name, TCase* cases);
TCase* model_case(const char* name);
