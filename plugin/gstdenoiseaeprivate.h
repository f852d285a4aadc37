// SPDX-License-Identifier: LGPL-2.1-or-later
// The state of a denoiseae element. Its properties have a file of their own.
#pragma once

#include <denoiseae/denoiser.h>

#include <optional>
#include <string>

#include "gstdenoiseae.h"
#include "gstdenoiserstream.h"
#include "gstframestatistics.h"
#include "gststreamtime.h"

struct GstDenoiseAeSettings {
  std::string model = "balanced";
  denoiseae::EngineOptions engine;
  denoiseae::DenoiseSettings denoise;
  bool post_messages = false;
};

struct GstDenoiseAePrivate {
  /* protected by the object lock */
  GstDenoiseAeSettings settings;
  GstDaeFrameStatistics statistics;
  denoiseae::DenoiserInfo info;
  double estimated_noise_level = -1;

  /* used by the streaming thread, and by state changes while it does not run */
  std::optional<GstDaeDenoiserStream> stream;
  GstVideoInfo configured_info; /* the stream expects its frames */
  GstDaeStreamTime time;
  GstDaeMessageInterval message_interval;
};

struct _GstDenoiseAe {
  GstDaeVideoFilter parent;
  GstDenoiseAePrivate* priv;
};

void gst_denoise_ae_install_properties (GObjectClass* object_class);
