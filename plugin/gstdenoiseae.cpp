// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * SECTION:element-denoiseae
 * @title: denoiseae
 *
 * Removes noise from video with a learned autoencoder, on the CPU.
 *
 * #GstDenoiseAe:model chooses the network. The network is told how strong the
 * noise is: this is #GstDenoiseAe:noise-level, which is estimated from the
 * stream unless it is given, times #GstDenoiseAe:strength. For the colour
 * planes it is also multiplied by #GstDenoiseAe:chroma-strength. A controller
 * may animate these three properties. Strength 0 passes buffers of any raw
 * format untouched.
 *
 * Recurrent models average over time what stands still or moves as a whole, and
 * start anew where something else appears. #GstDenoiseAe:temporal turns that
 * off.
 *
 * Frames may have any size from 1x1 on and any stride. Alpha and padding stay
 * as they are. A model of one fixed size sees other frames as overlapping
 * tiles; this is slow and worse than a model for any size, and serves to study
 * such models. Fields are denoised one by one, interleaved or alternating.
 *
 * The element holds no frame back, but in live pipelines it adds the time that
 * frames take to the latency, so that sinks show what comes out:
 * #GstDenoiseAe:report-latency. It posts a LATENCY message whenever that time
 * changes by much; applications answer with gst_bin_recalculate_latency().
 *
 * It remembers the stream as long as time goes on in the same segment by less
 * than half a second from frame to frame, in live pipelines also by less than
 * twice the time that the last frame took: over frames that were dropped here
 * or elsewhere, discontinuities, gaps, corrupted frames and missing timestamps.
 * Parts of a frame that do not look like the frames before are not averaged
 * with them, and corrupted frames are denoised, but not remembered. It forgets
 * the stream at a flush, a new stream, a new segment, new caps, a longer gap,
 * and when time jumps back.
 *
 * The model is loaded when the element goes to PAUSED. Missing, corrupt or
 * foreign weights make that state change fail with an error message; the
 * element works again when another model is set. #GstDenoiseAe:model may also
 * change while the element plays. The new model is loaded beside the stream,
 * and takes over its past between two frames. If it cannot be loaded, a warning
 * tells why, and the old model goes on. Elements of one process share the
 * weights of one file.
 *
 * The model `auto` makes the element measure how long `fast`, `balanced` and
 * `high` take for a frame of these caps on this machine with these
 * #GstDenoiseAe:threads, and takes the best one that leaves a quarter of the
 * time between two frames free. While it plays, it changes to a faster one when
 * it falls behind, and back when there is room. This suits live pipelines. For
 * files name a model, because there the best one may take its time. Without a
 * framerate in the caps `auto` is `balanced`.
 *
 * ## Messages
 *
 * When #GstDenoiseAe:post-messages is true, an element message named
 * `denoiseae` is posted once a second of running time, or of the machine's time
 * where buffers have no timestamps; times that are not known are
 * %GST_CLOCK_TIME_NONE:
 *
 * * #GstClockTime `timestamp`: the timestamp of the buffer that triggered the
 *   message
 * * #GstClockTime `stream-time`: the stream time of that buffer
 * * #GstClockTime `running-time`: the running time of that buffer
 * * #GstClockTime `duration`: the duration of that buffer
 * * #gdouble `noise-level`: the noise level, given or estimated, in 8-bit code
 *   values
 * * #GstClockTime `frame-time`: the mean time to process a frame since the last
 *   message
 * * #guint64 `frames`: the number of frames processed since the start
 * * #gdouble `history`: how many frames a recurrent model averages, as a mean
 *   over the pixels of the last frame; 1 for other models
 *
 * An element message named `denoiseae-model` is posted when another model takes
 * over while frames flow, and when `auto` has chosen the first one:
 *
 * * #gchararray `model`: the name of the model that runs now
 * * #gboolean `automatic`: whether the element chose it
 *
 * ## Presets
 *
 * `light`, `medium`, `strong`, `webcam-low-light` and `archive-film`.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=30 ! addnoise level=20 ! denoiseae !
 * sharpen3x3 ! videoconvert ! fakesink
 * ]|
 * Adds noise to a test picture, removes it again and sharpens the result.
 * |[
 * gst-launch-1.0 v4l2src ! videoconvert ! denoiseae ! sharpen3x3 ! videoconvert
 * ! autovideosink
 * ]|
 * Shows a denoised camera.
 *
 * Since: 0.2
 */
#include "gstdenoiseae.h"

#include <chrono>

#include "gstdenoiseaeprivate.h"
#include "gstlogbridge.h"

#define GST_CAT_DEFAULT gst_dae_debug_category ()

G_DEFINE_TYPE_WITH_CODE (GstDenoiseAe, gst_denoise_ae,
                         GST_TYPE_DAE_VIDEO_FILTER,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, NULL))
#define parent_class gst_denoise_ae_parent_class
GST_ELEMENT_REGISTER_DEFINE (denoiseae, "denoiseae", GST_RANK_NONE,
                             GST_TYPE_DENOISE_AE)

static gboolean
gst_denoise_ae_is_neutral (GstDaeVideoFilter* filter) {
  return GST_DENOISE_AE (filter)->priv->settings.denoise.strength == 0;
}

GstDenoiseAeSettings
gst_denoise_ae_settings (GstDenoiseAe* self) {
  GST_OBJECT_LOCK (self);
  GstDenoiseAeSettings settings = self->priv->settings;
  GST_OBJECT_UNLOCK (self);
  return settings;
}

static gboolean
gst_denoise_ae_start (GstBaseTransform* trans) {
  GstDenoiseAe* self = GST_DENOISE_AE (trans);
  GstDenoiseAePrivate* priv = self->priv;

  if (!GST_BASE_TRANSFORM_CLASS (parent_class)->start (trans)) return FALSE;
  const GstFlowReturn loaded = gst_dae_video_filter_guard (
      GST_DAE_VIDEO_FILTER (self), GstDaePhase::start, [&] {
        gst_denoise_ae_load_models (self);
        priv->time.forget ();
        priv->last_frame_time = 0;
        priv->message_interval = {};
        priv->latency_report = {};
        GST_OBJECT_LOCK (self);
        priv->is_live = false;
        priv->latency = 0;
        priv->statistics = {};
        priv->info = {};
        priv->estimated_noise_level = -1;
        GST_OBJECT_UNLOCK (self);
      });
  return loaded == GST_FLOW_OK;
}

static gboolean
gst_denoise_ae_stop (GstBaseTransform* trans) {
  GstDenoiseAePrivate* priv = GST_DENOISE_AE (trans)->priv;

  priv->change.reset ();
  priv->stream.reset ();
  priv->models.reset ();
  return GST_BASE_TRANSFORM_CLASS (parent_class)->stop (trans);
}

static GstFlowReturn
configure (GstDenoiseAe* self, const GstVideoInfo* info, GstDaePhase phase) {
  GstDenoiseAePrivate* priv = self->priv;

  return gst_dae_video_filter_guard (GST_DAE_VIDEO_FILTER (self), phase, [&] {
    gst_denoise_ae_configure_stream (self, info);
    priv->configured_info = *info;
    priv->time.forget ();
    gst_denoise_ae_measure_latency (self, info);
  });
}

static gboolean
gst_denoise_ae_set_info (GstVideoFilter* filter, GstCaps* in_caps,
                         GstVideoInfo* in_info, GstCaps*, GstVideoInfo*) {
  GstDenoiseAe* self = GST_DENOISE_AE (filter);
  GstDenoiseAePrivate* priv = self->priv;
  const bool passthrough =
      gst_base_transform_is_passthrough (GST_BASE_TRANSFORM (self));

  GST_INFO_OBJECT (self, "caps %" GST_PTR_FORMAT, static_cast<void*> (in_caps));
  /* Elements around this one may ask for the same caps again at any time. */
  if (!passthrough && priv->stream->configured () &&
      gst_video_info_is_equal (in_info, &priv->configured_info))
    return TRUE;
  priv->change.reset ();
  priv->stream->unconfigure ();
  /* An engine that may never be needed is not loaded. */
  if (passthrough) return TRUE;
  return configure (self, in_info, GstDaePhase::negotiation) == GST_FLOW_OK;
}

static void
post_message (GstDenoiseAe* self, GstBuffer* buffer, double noise_level) {
  GstDenoiseAePrivate* priv = self->priv;
  const GstSegment* segment = &GST_BASE_TRANSFORM (self)->segment;
  const GstClockTime timestamp = GST_BUFFER_TIMESTAMP (buffer);

  GST_OBJECT_LOCK (self);
  const guint64 frames = priv->statistics.frames ();
  GST_OBJECT_UNLOCK (self);
  gst_element_post_message (
      GST_ELEMENT (self),
      gst_message_new_element (
          GST_OBJECT (self),
          gst_structure_new (
              "denoiseae", "timestamp", GST_TYPE_CLOCK_TIME, timestamp,
              "stream-time", GST_TYPE_CLOCK_TIME,
              gst_segment_to_stream_time (segment, GST_FORMAT_TIME, timestamp),
              "running-time", GST_TYPE_CLOCK_TIME,
              gst_segment_to_running_time (segment, GST_FORMAT_TIME, timestamp),
              "duration", GST_TYPE_CLOCK_TIME, GST_BUFFER_DURATION (buffer),
              "noise-level", G_TYPE_DOUBLE, noise_level, "frame-time",
              GST_TYPE_CLOCK_TIME, priv->message_interval.mean_time (),
              "frames", G_TYPE_UINT64, frames, "history", G_TYPE_DOUBLE,
              priv->stream->history (), NULL)));
}

/* Adds a frame that took this time to the statistics, and posts a message when
 * one is due. */
static void
account (GstDenoiseAe* self, GstBuffer* buffer,
         const GstDenoiseAeSettings& settings, GstClockTime time) {
  GstDenoiseAePrivate* priv = self->priv;
  const double estimate = priv->stream->estimated_noise_level ();
  const double given = settings.denoise.noise_level;

  GST_OBJECT_LOCK (self);
  priv->statistics.add_frame (time);
  priv->estimated_noise_level = estimate;
  GST_OBJECT_UNLOCK (self);
  priv->last_frame_time = time;
  priv->choice.add_frame (time);
  priv->latency_report.add_frame (time);
  gst_denoise_ae_set_latency (self, priv->latency_report.latency ());

  const GstClockTime running_time = gst_segment_to_running_time (
      &GST_BASE_TRANSFORM (self)->segment, GST_FORMAT_TIME,
      GST_BUFFER_TIMESTAMP (buffer));
  if (priv->message_interval.add_frame (running_time, time) &&
      settings.post_messages)
    post_message (self, buffer, given < 0 ? estimate : given);
}

/* A live stream does not wait for a machine that is too slow: the frames that
 * come during one are lost, and the next one may come some time after it. How
 * fast the machine is must not change the frames of a file. */
static GstClockTime
patience_of (GstDenoiseAe* self) {
  GST_OBJECT_LOCK (self);
  const bool is_live = self->priv->is_live;
  GST_OBJECT_UNLOCK (self);
  return is_live ? 2 * self->priv->last_frame_time : 0;
}

/* Forgets the past where time jumps. Returns whether the frame is one that the
 * frames after it shall not see: a corrupted one, unless the last good one is
 * too old. */
static bool
follow_time (GstDenoiseAe* self, const GstBuffer* buffer) {
  GstDenoiseAePrivate* priv = self->priv;
  const double rate = GST_BASE_TRANSFORM (self)->segment.rate;
  const bool goes_on = priv->time.goes_on (buffer, rate, patience_of (self));

  if (!goes_on) {
    GST_INFO_OBJECT (self, "time jumps: the past is forgotten");
    priv->stream->reset ();
  } else if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED)) {
    return true;
  }
  priv->time.take (buffer, rate,
                   gst_dae_buffer_duration (&GST_VIDEO_FILTER (self)->in_info));
  return false;
}

static GstFlowReturn
gst_denoise_ae_transform_frame (GstVideoFilter* filter, GstVideoFrame* in_frame,
                                GstVideoFrame* out_frame) {
  GstDenoiseAe* self = GST_DENOISE_AE (filter);
  GstDenoiseAePrivate* priv = self->priv;
  const GstDaeFramePair frames =
      gst_dae_frame_pair (&filter->in_info, in_frame, out_frame);

  /* No engine was made if frames passed untouched when the caps came. */
  if (!priv->stream->configured ()) {
    const GstFlowReturn configured =
        configure (self, &filter->in_info, GstDaePhase::start);
    if (configured != GST_FLOW_OK) return configured;
  }
  using namespace std::chrono;
  gst_denoise_ae_follow_model (self);
  GstDenoiseAeSettings settings = gst_denoise_ae_settings (self);
  settings.denoise.damaged = follow_time (self, in_frame->buffer);
  const auto start = steady_clock::now ();
  priv->stream->process (frames, settings.denoise);
  const nanoseconds time = steady_clock::now () - start;
  account (self, in_frame->buffer, settings, time.count ());
  return GST_FLOW_OK;
}

static GstFlowReturn
gst_denoise_ae_submit_input_buffer (GstBaseTransform* trans,
                                    gboolean is_discont, GstBuffer* buffer) {
  GstDenoiseAe* self = GST_DENOISE_AE (trans);
  GstDenoiseAePrivate* priv = self->priv;
  const GstFlowReturn flow =
      GST_BASE_TRANSFORM_CLASS (parent_class)
          ->submit_input_buffer (trans, is_discont, buffer);
  if (flow == GST_BASE_TRANSFORM_FLOW_DROPPED) {
    GST_OBJECT_LOCK (self);
    priv->statistics.add_drop ();
    GST_OBJECT_UNLOCK (self);
    priv->choice.add_drop ();
  }
  return flow;
}

static void
forget_past (GstDenoiseAe* self) {
  self->priv->time.forget ();
  if (self->priv->stream) self->priv->stream->reset ();
}

static gboolean
gst_denoise_ae_sink_event (GstBaseTransform* trans, GstEvent* event) {
  GstDenoiseAe* self = GST_DENOISE_AE (trans);
  const GstSegment* segment;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_STOP:
    case GST_EVENT_STREAM_START:
      forget_past (self);
      break;
    case GST_EVENT_SEGMENT:
      gst_event_parse_segment (event, &segment);
      if (!gst_dae_is_same_segment (segment, &trans->segment))
        forget_past (self);
      break;
    default:
      break;
  }
  return GST_BASE_TRANSFORM_CLASS (parent_class)->sink_event (trans, event);
}

static gboolean
gst_denoise_ae_query (GstBaseTransform* trans, GstPadDirection direction,
                      GstQuery* query) {
  if (!GST_BASE_TRANSFORM_CLASS (parent_class)->query (trans, direction, query))
    return FALSE;
  if (direction == GST_PAD_SRC && GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    gst_denoise_ae_add_latency (GST_DENOISE_AE (trans), query);
  return TRUE;
}

static void
gst_denoise_ae_finalize (GObject* object) {
  delete GST_DENOISE_AE (object)->priv;
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
gst_denoise_ae_class_init (GstDenoiseAeClass* klass) {
  GstBaseTransformClass* trans_class = GST_BASE_TRANSFORM_CLASS (klass);
  GstVideoFilterClass* filter_class = GST_VIDEO_FILTER_CLASS (klass);
  GstDaeVideoFilterClass* dae_class = GST_DAE_VIDEO_FILTER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_denoise_ae_finalize;
  gst_denoise_ae_install_properties (G_OBJECT_CLASS (klass));

  trans_class->start = GST_DEBUG_FUNCPTR (gst_denoise_ae_start);
  trans_class->stop = GST_DEBUG_FUNCPTR (gst_denoise_ae_stop);
  trans_class->query = GST_DEBUG_FUNCPTR (gst_denoise_ae_query);
  trans_class->sink_event = GST_DEBUG_FUNCPTR (gst_denoise_ae_sink_event);
  trans_class->submit_input_buffer =
      GST_DEBUG_FUNCPTR (gst_denoise_ae_submit_input_buffer);
  filter_class->set_info = GST_DEBUG_FUNCPTR (gst_denoise_ae_set_info);
  filter_class->transform_frame =
      GST_DEBUG_FUNCPTR (gst_denoise_ae_transform_frame);
  dae_class->is_neutral = gst_denoise_ae_is_neutral;

  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "Learned denoiser", "Filter/Effect/Video",
      "Removes noise from video with a learned autoencoder",
      "The denoiseae developers");
}

static void
gst_denoise_ae_init (GstDenoiseAe* self) {
  self->priv = new GstDenoiseAePrivate;
}
