// SPDX-License-Identifier: LGPL-2.1-or-later
// The state of a denoiseae element. Its properties have a file of their own.
#pragma once

#include <denoiseae/denoiser.h>

#include <memory>
#include <optional>
#include <string>

#include "gstdenoiseae.h"
#include "gstdenoiserstream.h"
#include "gstframestatistics.h"
#include "gstlatencyreport.h"
#include "gstpreparedstream.h"
#include "gststreamtime.h"

enum class GstDaeReportLatency { automatic, off, on };

struct GstDenoiseAeSettings {
  std::string model = "balanced";
  denoiseae::EngineOptions engine;
  denoiseae::DenoiseSettings denoise;
  bool post_messages = false;
  GstDaeReportLatency report_latency = GstDaeReportLatency::automatic;
};

struct GstDenoiseAePrivate {
  /* protected by the object lock */
  GstDenoiseAeSettings settings;
  GstDaeFrameStatistics statistics;
  denoiseae::DenoiserInfo info;
  std::string model_name; /* names the model that runs */
  double estimated_noise_level = -1;
  bool is_live = false;     /* as the last LATENCY query told */
  GstClockTime latency = 0; /* reported or not */

  /* used by the streaming thread, and by state changes while it does not run */
  std::optional<GstDaeDenoiserModels> models;
  GstDaeModelChoice choice; /* among them, for the stream */
  std::optional<GstDaeDenoiserStream> stream;
  std::unique_ptr<GstDaeModelChange> change; /* null: there is none */
  GstVideoInfo configured_info;              /* the stream expects its frames */
  GstDaeStreamTime time;
  GstClockTime last_frame_time = 0; /* which the last frame took */
  GstDaeMessageInterval message_interval;
  GstDaeLatencyReport latency_report;
};

struct _GstDenoiseAe {
  GstDaeVideoFilter parent;
  GstDenoiseAePrivate* priv;
};

GstDenoiseAeSettings gst_denoise_ae_settings (GstDenoiseAe* self);

/* Loads the models that the settings name, and makes a stream without caps.
 * Throws as denoiseae::load_model does. */
void gst_denoise_ae_load_models (GstDenoiseAe* self);

/* Configures the stream; chooses the model where there are several. Throws as
 * gst_dae_prepare_stream does. */
void gst_denoise_ae_configure_stream (GstDenoiseAe* self,
                                      const GstVideoInfo* info);

/* Changes the model between two frames, when the property names another one or
 * the machine has time for another one. The new one is loaded beside the
 * stream. If that fails, a warning tells why, and the old one goes on. Called
 * by the streaming thread. */
void gst_denoise_ae_follow_model (GstDenoiseAe* self);

void gst_denoise_ae_install_properties (GObjectClass* object_class);

/* Returns what the element adds to the latency of the pipeline now. Called with
 * the object lock. */
GstClockTime gst_denoise_ae_reported_latency (const GstDenoiseAePrivate* priv);

/* Answers a LATENCY query that the elements upstream have answered. */
void gst_denoise_ae_add_latency (GstDenoiseAe* self, GstQuery* query);

/* Says that frames take this time from now on. Posts a message where that
 * changes the latency that is reported. Called by the streaming
 * thread. */
void gst_denoise_ae_set_latency (GstDenoiseAe* self, GstClockTime latency);

/* Denoises frames of noise, so that the latency is nearly known before the
 * first frame comes, unless nobody asks for it. Called when the stream is
 * configured. Throws as GstDaeDenoiserStream::process does. */
void gst_denoise_ae_measure_latency (GstDenoiseAe* self,
                                     const GstVideoInfo* info);
