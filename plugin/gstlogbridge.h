// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes the log of the library to GStreamer's debug log.
#pragma once

#include <denoiseae/log.h>
#include <gst/gst.h>

/* The category of the plugin, "denoiseae". */
GstDebugCategory* gst_dae_debug_category (void);

/* Returns a callback that logs for the element. The element must outlive it. */
denoiseae::LogCallback gst_dae_log_callback (GstElement* element);
