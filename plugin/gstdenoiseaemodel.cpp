// SPDX-License-Identifier: LGPL-2.1-or-later
// Gives denoiseae its model, and another one while it plays.
#include "gstdenoiseaeprivate.h"
#include "gsterrorbridge.h"
#include "gstlogbridge.h"

#define GST_CAT_DEFAULT gst_dae_debug_category ()

void
gst_denoise_ae_load_models (GstDenoiseAe* self) {
  GstDenoiseAePrivate* priv = self->priv;
  const GstDenoiseAeSettings settings = gst_denoise_ae_settings (self);

  priv->models.emplace (settings.model);
  priv->choice = {};
  for (const auto& model : priv->models->models ())
    GST_INFO_OBJECT (self, "loaded %s, %s", model->info ().path.c_str (),
                     model->info ().architecture.c_str ());
  priv->stream.emplace (priv->models->models ()[priv->models->usual ()],
                        settings.engine,
                        gst_dae_log_callback (GST_ELEMENT (self)));
}

static void
post_model (GstDenoiseAe* self) {
  GstDenoiseAePrivate* priv = self->priv;

  gst_element_post_message (
      GST_ELEMENT (self),
      gst_message_new_element (
          GST_OBJECT (self),
          gst_structure_new ("denoiseae-model", "model", G_TYPE_STRING,
                             priv->stream->model_name ().c_str (), "automatic",
                             G_TYPE_BOOLEAN, priv->models->is_automatic (),
                             NULL)));
}

/* Makes a prepared stream the one that plays. */
static void
take_stream (GstDenoiseAe* self, GstDaePreparedStream prepared) {
  GstDenoiseAePrivate* priv = self->priv;
  const denoiseae::DenoiserInfo made = prepared.stream.info ();

  priv->models = std::move (prepared.models);
  priv->choice = std::move (prepared.choice);
  priv->stream = std::move (prepared.stream);
  GST_INFO_OBJECT (
      self,
      "model %s, engine %s, precision %s, %u threads, %" G_GINT64_FORMAT
      " bytes",
      priv->stream->model_name ().c_str (), denoiseae::to_string (made.engine),
      denoiseae::to_string (made.precision), made.threads, made.memory_bytes);
  GST_OBJECT_LOCK (self);
  priv->info = made;
  priv->model_name = priv->stream->model_name ();
  GST_OBJECT_UNLOCK (self);
}

static GstDaeStreamSetup
stream_setup (GstDenoiseAe* self, const GstVideoInfo* info) {
  const GstDenoiseAeSettings settings = gst_denoise_ae_settings (self);

  return {*info, settings.engine, settings.denoise,
          gst_dae_log_callback (GST_ELEMENT (self))};
}

void
gst_denoise_ae_configure_stream (GstDenoiseAe* self, const GstVideoInfo* info) {
  take_stream (self, gst_dae_prepare_stream (self->priv->models.value (),
                                             stream_setup (self, info)));
  if (self->priv->models->is_automatic ()) post_model (self);
}

/* Begins to load what shall replace the stream, if anything. */
static void
begin_change (GstDenoiseAe* self) {
  GstDenoiseAePrivate* priv = self->priv;
  const std::string value = gst_denoise_ae_settings (self).model;
  const GstDaeDenoiserModels& models = *priv->models;
  const GstDaeModelChoice& choice = priv->choice;
  const GstDaeStreamSetup setup = stream_setup (self, &priv->configured_info);

  if (value != models.value ()) {
    priv->change = std::make_unique<GstDaeModelChange> (value, [=] {
      return gst_dae_prepare_stream (GstDaeDenoiserModels (value), setup);
    });
  } else if (choice.wanted () != choice.index ()) {
    priv->change = std::make_unique<GstDaeModelChange> (value, [=] {
      return gst_dae_prepare_wanted_stream (models, choice, setup);
    });
  }
}

/* The old model goes on, and is not told to change again. */
static void
give_up (GstDenoiseAe* self, const std::string& value) {
  GstDenoiseAePrivate* priv = self->priv;

  gst_dae_report_warning (GST_ELEMENT (self));
  priv->choice = {};
  GST_OBJECT_LOCK (self);
  const bool is_asked_for = priv->settings.model == value;
  if (is_asked_for) priv->settings.model = priv->models->value ();
  GST_OBJECT_UNLOCK (self);
  if (is_asked_for) g_object_notify (G_OBJECT (self), "model");
}

static void
finish_change (GstDenoiseAe* self) {
  GstDenoiseAePrivate* priv = self->priv;
  const std::unique_ptr<GstDaeModelChange> change = std::move (priv->change);

  try {
    GstDaePreparedStream prepared = change->take ();
    const bool is_step = prepared.choice.wanted () != prepared.choice.index ();
    prepared.stream.take_past (*priv->stream);
    if (is_step) prepared.choice.change ();
    take_stream (self, std::move (prepared));
  } catch (...) {
    give_up (self, change->value ());
    return;
  }
  const GstClockTime time = priv->choice.time ();
  if (time != 0) {
    priv->latency_report.start (time);
    gst_denoise_ae_set_latency (self, priv->latency_report.latency ());
  }
  post_model (self);
}

void
gst_denoise_ae_follow_model (GstDenoiseAe* self) {
  GstDenoiseAePrivate* priv = self->priv;

  if (!priv->change) begin_change (self);
  if (priv->change && priv->change->is_ready ()) finish_change (self);
}
