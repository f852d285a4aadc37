// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells sinks how much time denoiseae needs.
#include "gstdenoiseaeprivate.h"
#include "gstframetime.h"
#include "gstlogbridge.h"

#define GST_CAT_DEFAULT gst_dae_debug_category ()

/* Called with the object lock. */
static bool
is_reported (const GstDenoiseAePrivate* priv) {
  const GstDaeReportLatency when = priv->settings.report_latency;
  return when == GstDaeReportLatency::on ||
         (when == GstDaeReportLatency::automatic && priv->is_live);
}

GstClockTime
gst_denoise_ae_reported_latency (const GstDenoiseAePrivate* priv) {
  const bool touches_frames = priv->settings.denoise.strength != 0;

  return is_reported (priv) && touches_frames ? priv->latency : 0;
}

void
gst_denoise_ae_add_latency (GstDenoiseAe* self, GstQuery* query) {
  gboolean is_live;
  GstClockTime min, max;

  gst_query_parse_latency (query, &is_live, &min, &max);
  GST_OBJECT_LOCK (self);
  self->priv->is_live = is_live;
  const GstClockTime own = gst_denoise_ae_reported_latency (self->priv);
  GST_OBJECT_UNLOCK (self);
  if (GST_CLOCK_TIME_IS_VALID (max)) max += own;
  gst_query_set_latency (query, is_live, min + own, max);
  GST_DEBUG_OBJECT (self, "adds a latency of %" GST_TIME_FORMAT,
                    GST_TIME_ARGS (own));
}

void
gst_denoise_ae_set_latency (GstDenoiseAe* self, GstClockTime latency) {
  GST_OBJECT_LOCK (self);
  const GstClockTime before = gst_denoise_ae_reported_latency (self->priv);
  self->priv->latency = latency;
  const GstClockTime now = gst_denoise_ae_reported_latency (self->priv);
  GST_OBJECT_UNLOCK (self);
  if (now == before) return;
  GST_INFO_OBJECT (self, "latency changes to %" GST_TIME_FORMAT,
                   GST_TIME_ARGS (now));
  gst_element_post_message (GST_ELEMENT (self),
                            gst_message_new_latency (GST_OBJECT (self)));
}

/* Nobody may have asked for the latency yet. */
static void
find_out_whether_live (GstDenoiseAe* self) {
  GstQuery* query = gst_query_new_latency ();
  gboolean is_live = FALSE;

  if (gst_pad_peer_query (GST_BASE_TRANSFORM_SINK_PAD (self), query))
    gst_query_parse_latency (query, &is_live, NULL, NULL);
  gst_query_unref (query);
  GST_OBJECT_LOCK (self);
  self->priv->is_live = is_live;
  GST_OBJECT_UNLOCK (self);
}

void
gst_denoise_ae_measure_latency (GstDenoiseAe* self, const GstVideoInfo* info) {
  GstDenoiseAePrivate* priv = self->priv;

  find_out_whether_live (self);
  GST_OBJECT_LOCK (self);
  const bool asked = is_reported (priv);
  const denoiseae::DenoiseSettings settings = priv->settings.denoise;
  GST_OBJECT_UNLOCK (self);
  if (!asked) return;

  GstClockTime time = priv->choice.time ();
  if (time == 0)
    time = gst_dae_measure_frame_time (priv->stream.value (), info, settings);
  priv->latency_report.start (time);
  gst_denoise_ae_set_latency (self, priv->latency_report.latency ());
}
