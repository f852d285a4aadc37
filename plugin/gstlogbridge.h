// SPDX-License-Identifier: LGPL-2.1-or-later
// What the library has to say goes to GStreamer's debug log.
#pragma once

#include <denoiseae/log.h>
#include <gst/gst.h>

/* The category of the plugin, "denoiseae". */
GstDebugCategory* gst_dae_debug_category (void);

/* A callback that logs for the element, which must outlive it. */
denoiseae::LogCallback gst_dae_log_callback (GstElement* element);
