// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "gstdaevideofilter.h"

G_BEGIN_DECLS

#define GST_TYPE_SHARPEN3X3 (gst_sharpen3x3_get_type ())
G_DECLARE_FINAL_TYPE (GstSharpen3x3, gst_sharpen3x3, GST, SHARPEN3X3,
                      GstDaeVideoFilter)

GST_ELEMENT_REGISTER_DECLARE (sharpen3x3)

G_END_DECLS
