// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "gstdaevideofilter.h"

G_BEGIN_DECLS

#define GST_TYPE_DENOISE_AE (gst_denoise_ae_get_type ())
G_DECLARE_FINAL_TYPE (GstDenoiseAe, gst_denoise_ae, GST, DENOISE_AE,
                      GstDaeVideoFilter)

GST_ELEMENT_REGISTER_DECLARE (denoiseae)

G_END_DECLS
