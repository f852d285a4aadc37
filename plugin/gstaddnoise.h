// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "gstdaevideofilter.h"

G_BEGIN_DECLS

#define GST_TYPE_ADD_NOISE (gst_add_noise_get_type ())
G_DECLARE_FINAL_TYPE (GstAddNoise, gst_add_noise, GST, ADD_NOISE,
                      GstDaeVideoFilter)

GST_ELEMENT_REGISTER_DECLARE (addnoise)

G_END_DECLS
