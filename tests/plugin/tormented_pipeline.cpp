// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tormented_pipeline.h"

#include <gst/video/video.h>

#include <array>
#include <ctime>

namespace {

constexpr std::array kFormats = {"I420", "NV12", "YUY2", "GRAY8", "RGB", "BGRx", "I420_10LE"};
constexpr std::array kSides = {16, 33, 64, 97, 160};
constexpr std::array kRates = {10, 25, 60};
constexpr std::array kLevels = {-1.0, 0.0, 5.0, 25.0, 100.0};
constexpr std::array kStrengths = {0.0, 0.5, 1.0, 2.0};

enum Harm { kDrop, kDiscont, kGap, kCorrupt, kUntimed, kLate, kGapEvent, kHarms };

std::int64_t thread_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string text_of(GstMessage* error_message) {
  GError* cause = nullptr;
  gchar* details = nullptr;
  gst_message_parse_error(error_message, &cause, &details);
  std::string text = std::string(GST_MESSAGE_SRC_NAME(error_message)) + ": " + cause->message +
                     " (" + (details != nullptr ? details : "") + ")";
  g_error_free(cause);
  g_free(details);
  return text;
}

void add_probe(GstElement* element, const char* pad_name, GstPadProbeCallback callback,
               gpointer self) {
  GstPad* pad = gst_element_get_static_pad(element, pad_name);
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, callback, self, nullptr);
  gst_object_unref(pad);
}

}  // namespace

TormentedPipeline::TormentedPipeline(TormentingModels models, unsigned seed)
    : models_(std::move(models)), random_(seed + 1) {
  make();
}

TormentedPipeline::~TormentedPipeline() { destroy(); }

void TormentedPipeline::make() {
  pipeline_ = gst_parse_launch(
      "videotestsrc name=source is-live=true pattern=ball ! "
      "capsfilter name=caps caps-change-mode=delayed "
      "caps=video/x-raw,format=I420,width=96,height=64,framerate=25/1 ! "
      "queue leaky=downstream max-size-buffers=2 max-size-time=0 max-size-bytes=0 ! "
      "addnoise name=noise level=10 ! denoiseae name=denoiser threads=1 engine=native ! "
      "sharpen3x3 name=sharpen ! fakesink name=sink sync=true qos=true",
      nullptr);
  g_assert(pipeline_ != nullptr);
  denoiser_ = gst_bin_get_by_name(GST_BIN(pipeline_), "denoiser");
  set_model(models_.good[0]);
  GstElement* caps = gst_bin_get_by_name(GST_BIN(pipeline_), "caps");
  add_probe(caps, "src", &TormentedPipeline::on_source, this);
  gst_object_unref(caps);
  add_probe(denoiser_, "sink", &TormentedPipeline::on_input, this);
  add_probe(denoiser_, "src", &TormentedPipeline::on_output, this);
}

void TormentedPipeline::destroy() {
  rest();
  error();
  gst_object_unref(denoiser_);
  gst_object_unref(pipeline_);
}

void TormentedPipeline::play() { gst_element_set_state(pipeline_, GST_STATE_PLAYING); }

void TormentedPipeline::rest() {
  gst_element_set_state(pipeline_, GST_STATE_NULL);
  // Nothing may have refused the last model, and no pipeline starts with one that is refused.
  set_model(good_model());
}

const std::string& TormentedPipeline::error() {
  GstBus* bus = gst_element_get_bus(pipeline_);
  while (GstMessage* message = gst_bus_pop(bus)) {
    take_message(message);
    gst_message_unref(message);
  }
  gst_object_unref(bus);
  return error_;
}

void TormentedPipeline::take_message(GstMessage* message) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency(GST_BIN(pipeline_));
      break;
    case GST_MESSAGE_ELEMENT:
      if (gst_message_has_name(message, "denoiseae-model")) ++swaps_;
      break;
    case GST_MESSAGE_WARNING:
      if (GST_MESSAGE_SRC(message) == GST_OBJECT(denoiser_)) ++refusals_;
      break;
    case GST_MESSAGE_ERROR:
      if (error_.empty()) error_ = text_of(message);
      break;
    default:
      break;
  }
}

void TormentedPipeline::set_model(const std::string& model) {
  g_object_set(denoiser_, "model", model.c_str(), nullptr);
}

const std::string& TormentedPipeline::good_model() {
  return models_.good[static_cast<std::size_t>(below(static_cast<int>(models_.good.size())))];
}

double TormentedPipeline::take_frame_time_ms() {
  const int frames = timed_frames_.exchange(0);
  const std::int64_t busy_ns = busy_ns_.exchange(0);
  return frames > 0 ? static_cast<double>(busy_ns) / 1e6 / frames : 0;
}

/// THE list of what happens. What happens often stands in it several times.
const std::vector<TormentedPipeline::Action>& TormentedPipeline::actions() {
  static const std::vector<Action> all = {
      &TormentedPipeline::set_property, &TormentedPipeline::set_property,
      &TormentedPipeline::set_property, &TormentedPipeline::change_caps,
      &TormentedPipeline::harm_stream,  &TormentedPipeline::harm_stream,
      &TormentedPipeline::harm_stream,  &TormentedPipeline::seek,
      &TormentedPipeline::ask,          &TormentedPipeline::send_qos,
      &TormentedPipeline::swap_model,   &TormentedPipeline::swap_model,
      &TormentedPipeline::pause,        &TormentedPipeline::restart,
      &TormentedPipeline::begin_anew,
  };
  return all;
}

void TormentedPipeline::torment() {
  const auto& all = actions();
  (this->*all[static_cast<std::size_t>(below(static_cast<int>(all.size())))])();
}

void TormentedPipeline::set_property() {
  GstElement* noise = gst_bin_get_by_name(GST_BIN(pipeline_), "noise");
  GstElement* sharpen = gst_bin_get_by_name(GST_BIN(pipeline_), "sharpen");
  switch (below(9)) {
    case 0:
      g_object_set(denoiser_, "strength", kStrengths[below(kStrengths.size())], nullptr);
      break;
    case 1:
      g_object_set(denoiser_, "chroma-strength", kStrengths[below(kStrengths.size())], nullptr);
      break;
    case 2:
      g_object_set(denoiser_, "noise-level", kLevels[below(kLevels.size())], nullptr);
      break;
    case 3:
      g_object_set(denoiser_, "temporal", below(4) != 0, nullptr);
      break;
    case 4:
      g_object_set(denoiser_, "show", below(3), nullptr);
      break;
    case 5:
      g_object_set(denoiser_, "post-messages", below(2), nullptr);
      break;
    case 6:
      g_object_set(denoiser_, "report-latency", below(3), nullptr);
      break;
    case 7:
      g_object_set(noise, "level", static_cast<double>(below(40)), nullptr);
      break;
    default:
      g_object_set(sharpen, "amount", below(10) / 10.0, nullptr);
  }
  gst_object_unref(noise);
  gst_object_unref(sharpen);
}

void TormentedPipeline::change_caps() {
  GstElement* filter = gst_bin_get_by_name(GST_BIN(pipeline_), "caps");
  GstCaps* caps = gst_caps_new_simple(
      "video/x-raw", "format", G_TYPE_STRING, kFormats[below(kFormats.size())], "width", G_TYPE_INT,
      kSides[below(kSides.size())], "height", G_TYPE_INT, kSides[below(kSides.size())], "framerate",
      GST_TYPE_FRACTION, kRates[below(kRates.size())], 1, nullptr);
  g_object_set(filter, "caps", caps, nullptr);
  gst_caps_unref(caps);
  gst_object_unref(filter);
}

void TormentedPipeline::harm_stream() {
  harm_ = below(kHarms);
  harmed_left_ = 1 + below(10);
}

void TormentedPipeline::seek() {
  // A seek that flushes nothing waits for the streaming threads. Before the pipeline plays these
  // wait in the sink, and it cannot begin to play while it seeks.
  GstState state = GST_STATE_NULL;
  const bool plays =
      gst_element_get_state(pipeline_, &state, nullptr, 0) == GST_STATE_CHANGE_SUCCESS &&
      state == GST_STATE_PLAYING;
  const auto flags = static_cast<GstSeekFlags>(plays && below(2) != 0 ? 0 : GST_SEEK_FLAG_FLUSH);
  gst_element_seek_simple(pipeline_, GST_FORMAT_TIME, flags, below(10) * GST_SECOND);
}

void TormentedPipeline::ask() {
  GstStructure* stats = nullptr;
  double level = 0;
  g_object_get(denoiser_, "stats", &stats, "estimated-noise-level", &level, nullptr);
  if (stats != nullptr) gst_structure_free(stats);
  GstQuery* query = gst_query_new_latency();
  gst_element_query(pipeline_, query);
  gst_query_unref(query);
  gst_bin_recalculate_latency(GST_BIN(pipeline_));
}

void TormentedPipeline::send_qos() {
  GstElement* sink = gst_bin_get_by_name(GST_BIN(pipeline_), "sink");
  GstPad* pad = gst_element_get_static_pad(sink, "sink");
  gst_pad_push_event(pad, gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2.0, below(200) * GST_MSECOND,
                                            below(10) * GST_SECOND));
  gst_object_unref(pad);
  gst_object_unref(sink);
}

void TormentedPipeline::pause() {
  gst_element_set_state(pipeline_, GST_STATE_PAUSED);
  ask();
  play();
}

void TormentedPipeline::swap_model() {
  const int count = static_cast<int>(models_.bad.size());
  const int bad = below(2 * count);
  set_model(bad < count ? models_.bad[static_cast<std::size_t>(bad)] : good_model());
}

void TormentedPipeline::restart() {
  gst_element_set_state(pipeline_, GST_STATE_READY);
  set_model(good_model());
  g_object_set(denoiser_, "threads", static_cast<guint>(1 + below(3)), nullptr);
  play();
}

void TormentedPipeline::begin_anew() {
  destroy();
  make();
  play();
}

GstPadProbeReturn TormentedPipeline::on_source(GstPad* pad, GstPadProbeInfo* info, gpointer self) {
  return static_cast<TormentedPipeline*>(self)->harm(pad, info);
}

GstPadProbeReturn TormentedPipeline::harm(GstPad* pad, GstPadProbeInfo* info) {
  if (harmed_left_ <= 0) return GST_PAD_PROBE_OK;
  --harmed_left_;
  const int harm = harm_;
  if (harm == kDrop) return GST_PAD_PROBE_DROP;
  if (harm == kGapEvent) {
    const GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    gst_pad_push_event(pad, gst_event_new_gap(GST_BUFFER_PTS(buffer), GST_BUFFER_DURATION(buffer)));
    return GST_PAD_PROBE_DROP;
  }
  GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  if (harm == kDiscont) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  if (harm == kGap) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_GAP);
  if (harm == kCorrupt) GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
  if (harm == kUntimed) GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  if (harm == kLate && GST_BUFFER_PTS_IS_VALID(buffer)) GST_BUFFER_PTS(buffer) += GST_SECOND / 2;
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn TormentedPipeline::on_input(GstPad*, GstPadProbeInfo*, gpointer self) {
  static_cast<TormentedPipeline*>(self)->began_ns_ = thread_time_ns();
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn TormentedPipeline::on_output(GstPad*, GstPadProbeInfo*, gpointer self) {
  auto& pipeline = *static_cast<TormentedPipeline*>(self);
  pipeline.busy_ns_ += thread_time_ns() - pipeline.began_ns_;
  ++pipeline.timed_frames_;
  ++pipeline.frames_;
  return GST_PAD_PROBE_OK;
}
