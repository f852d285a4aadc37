// SPDX-License-Identifier: LGPL-2.1-or-later
// Measures how long a denoiser takes for a frame, before there are frames.
#pragma once

#include <gst/video/video.h>

#include "gstdenoiserstream.h"

/* Denoises a few frames of noise of these caps, and forgets them. Takes half a
 * second at most, or two frames. Throws as GstDaeDenoiserStream::process
 * does. */
GstClockTime gst_dae_measure_frame_time (
    GstDaeDenoiserStream& stream, const GstVideoInfo* info,
    const denoiseae::DenoiseSettings& settings);
