// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs the pipeline of the demo, source ! denoiseae ! sharpen3x3 ! file, with a sink at every
// stage.
#pragma once

#include <gst/gst.h>

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace demo {

enum Stage { kClean, kNoisy, kDenoised, kSharpened, kStageCount };

struct SampleUnref {
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};
using Sample = std::unique_ptr<GstSample, SampleUnref>;
/// One frame at every stage. kClean is empty when the clean original is not known.
using Samples = std::array<Sample, kStageCount>;

struct Options {
  std::string input;            ///< a file or /dev/videoN
  std::filesystem::path video;  ///< the file to write
  std::optional<double> noise;  ///< add Gaussian noise of this standard deviation
  double sharpen = 0.3;         ///< amount of sharpen3x3; its default would show the noise left
  double seconds = 10;          ///< how long a camera is recorded
};

struct Result {
  int frames = 0;
  std::string denoiser;  ///< one line: time per frame, engine, precision, threads
};

/// Stops the pipeline however its run ends.
struct Stop {
  void operator()(GstElement* pipeline) const {
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
  }
};
using Pipeline = std::unique_ptr<GstElement, Stop>;

/// Makes the pipeline that a line for gst-launch describes. Throws std::runtime_error.
Pipeline make_pipeline(const std::string& description);

/// Starts the pipeline. Throws std::runtime_error with the message of the element that fails.
void play(GstElement* pipeline);

/// Waits for the end of the stream, and returns whether it came. Throws std::runtime_error with the
/// first error message on the bus.
bool check_bus(GstElement* pipeline, GstClockTime timeout);

inline bool is_device(const std::string& input) { return input.rfind("/dev/", 0) == 0; }

/// Returns the length of the input in nanoseconds.
GstClockTime duration(const Options& options);

/// Runs until the input ends or the user interrupts, and hands every frame to the callback. Throws
/// std::runtime_error with the message of the element that failed.
Result run(const Options& options, const std::function<void(Samples)>& on_frame);

}  // namespace demo
