// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pipeline.h"

#include <gst/app/gstappsink.h>
#include <gst/pbutils/pbutils.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace demo {
namespace {

constexpr std::array<const char*, kStageCount> kSinkNames = {"clean-sink", "noisy-sink",
                                                             "denoised-sink", "sharpened-sink"};

volatile std::sig_atomic_t interrupted = 0;

std::string uri_of(const std::string& file) {
  g_autoptr(GError) error = nullptr;
  g_autofree char* uri = gst_filename_to_uri(file.c_str(), &error);
  if (!uri) throw std::runtime_error(error->message);
  return uri;
}

struct FileFacts {
  GstClockTime duration;
  bool sound;
};

FileFacts discover(const std::string& file) {
  g_autoptr(GError) error = nullptr;
  g_autoptr(GstDiscoverer) discoverer = gst_discoverer_new(10 * GST_SECOND, &error);
  g_autoptr(GstDiscovererInfo) info = nullptr;
  if (discoverer) info = gst_discoverer_discover_uri(discoverer, uri_of(file).c_str(), &error);
  if (!info || error) {
    throw std::runtime_error("cannot read " + file + ": " + (error ? error->message : "unknown"));
  }
  GList* video = gst_discoverer_info_get_video_streams(info);
  GList* audio = gst_discoverer_info_get_audio_streams(info);
  const FileFacts facts = {gst_discoverer_info_get_duration(info), audio != nullptr};
  const bool seen = video != nullptr;
  gst_discoverer_stream_info_list_free(video);
  gst_discoverer_stream_info_list_free(audio);
  if (!seen) throw std::runtime_error("no video in " + file);
  return facts;
}

std::string source(const Options& options) {
  if (is_device(options.input)) {
    // SOURCE stands in for a camera where there is none.
    const char* other = std::getenv("SOURCE");
    const std::string camera = other ? other : "v4l2src device=" + options.input;
    // A denoiser slower than the camera loses frames instead of falling behind.
    return camera +
           " ! decodebin ! videoconvert"
           " ! queue leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0";
  }
  std::string text = "uridecodebin name=source uri=\"" + uri_of(options.input) + "\" ";
  if (discover(options.input).sound) {
    text +=
        "source. ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! audioconvert"
        " ! audioresample ! avenc_aac ! aacparse ! mux. ";
  }
  return text + "source. ! queue ! videoconvert";
}

// Describes a sink at a stage. It is not part of the wait for the start, because a sink that waits
// for the others would block the queries that the source sends through its queue.
std::string look(Stage stage) {
  return std::string(" ! queue ! appsink sync=false async=false max-buffers=1 name=") +
         kSinkNames[stage] + " ";
}

std::string description(const Options& options) {
  std::string text = source(options) + " ! ";
  if (options.noise) {
    text += "video/x-raw,format=I420 ! tee name=clean clean." + look(kClean) +
            "clean. ! queue ! addnoise seed=1 level=" + std::to_string(*options.noise) + " ! ";
  }
  text += "tee name=noisy noisy." + look(kNoisy) +
          "noisy. ! queue ! denoiseae name=denoiser ! tee name=denoised denoised." +
          look(kDenoised) +
          "denoised. ! queue ! sharpen3x3 amount=" + std::to_string(options.sharpen) +
          " ! tee name=sharpened sharpened." + look(kSharpened) +
          "sharpened. ! queue ! videoconvert ! video/x-raw,format=I420"
          " ! x264enc pass=qual quantizer=18 bitrate=20000 speed-preset=veryfast ! h264parse ! "
          "mp4mux name=mux ! "
          "filesink async=false location=\"" +
          options.video.string() + "\"";
  return text;
}

// Returns the next frame of a stage, which is empty at the end of the stream.
Sample pull(GstElement* pipeline, GstElement* sink) {
  for (;;) {
    Sample sample(gst_app_sink_try_pull_sample(GST_APP_SINK(sink), 100 * GST_MSECOND));
    if (sample || gst_app_sink_is_eos(GST_APP_SINK(sink))) return sample;
    check_bus(pipeline, 0);
  }
}

std::string describe_denoiser(GstElement* pipeline) {
  g_autoptr(GstElement) denoiser = gst_bin_get_by_name(GST_BIN(pipeline), "denoiser");
  g_autoptr(GstStructure) stats = nullptr;
  g_object_get(denoiser, "stats", &stats, nullptr);
  guint64 mean_ns = 0;
  guint threads = 0;
  gst_structure_get(stats, "mean-time", G_TYPE_UINT64, &mean_ns, "threads", G_TYPE_UINT, &threads,
                    nullptr);
  if (mean_ns == 0) return "no frame";
  std::array<char, 200> line;
  std::snprintf(line.data(), line.size(),
                "%.1f frames per second, %.1f ms each (engine %s, %s, %u threads)", 1e9 / mean_ns,
                mean_ns / 1e6, gst_structure_get_string(stats, "engine"),
                gst_structure_get_string(stats, "precision"), threads);
  return line.data();
}

}  // namespace

Pipeline make_pipeline(const std::string& description) {
  g_autoptr(GError) error = nullptr;
  Pipeline pipeline(gst_parse_launch(description.c_str(), &error));
  if (error) throw std::runtime_error(error->message);
  return pipeline;
}

void play(GstElement* pipeline) {
  if (gst_element_set_state(pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE) return;
  check_bus(pipeline, GST_SECOND);
  throw std::runtime_error("the pipeline does not start");
}

bool check_bus(GstElement* pipeline, GstClockTime timeout) {
  g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
  g_autoptr(GstMessage) message = gst_bus_timed_pop_filtered(
      bus, timeout, static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS));
  if (!message) return false;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) return true;
  g_autoptr(GError) error = nullptr;
  g_autofree char* debug = nullptr;
  gst_message_parse_error(message, &error, &debug);
  throw std::runtime_error(std::string(GST_OBJECT_NAME(message->src)) + ": " + error->message +
                           (debug ? std::string("\n") + debug : ""));
}

GstClockTime duration(const Options& options) {
  if (is_device(options.input)) return static_cast<GstClockTime>(options.seconds * GST_SECOND);
  return discover(options.input).duration;
}

Result run(const Options& options, const std::function<void(Samples)>& on_frame) {
  const Pipeline pipeline = make_pipeline(description(options));
  std::array<GstElement*, kStageCount> sinks{};
  for (int stage = 0; stage < kStageCount; ++stage) {
    sinks[stage] = gst_bin_get_by_name(GST_BIN(pipeline.get()), kSinkNames[stage]);
    // The pipeline keeps the sink alive.
    if (sinks[stage]) gst_object_unref(sinks[stage]);
  }
  play(pipeline.get());

  std::signal(SIGINT, [](int) { interrupted = 1; });
  Result result;
  bool ending = false;
  std::optional<std::chrono::steady_clock::time_point> start;
  for (;;) {
    Samples samples;
    bool complete = true;
    for (int stage = 0; stage < kStageCount && complete; ++stage) {
      if (!sinks[stage]) continue;
      samples[stage] = pull(pipeline.get(), sinks[stage]);
      complete = samples[stage] != nullptr;
    }
    if (!complete) break;
    ++result.frames;
    on_frame(std::move(samples));

    const auto now = std::chrono::steady_clock::now();
    if (!start) start = now;
    const std::chrono::duration<double> elapsed = now - *start;
    const bool enough = is_device(options.input) && elapsed.count() >= options.seconds;
    if ((interrupted || enough) && !ending) {
      ending = true;
      gst_element_send_event(pipeline.get(), gst_event_new_eos());
    }
  }
  // The writer of the file is the last to finish.
  while (!check_bus(pipeline.get(), GST_SECOND)) {
  }
  result.denoiser = describe_denoiser(pipeline.get());
  return result;
}

}  // namespace demo
