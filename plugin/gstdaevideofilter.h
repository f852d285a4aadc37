// SPDX-License-Identifier: LGPL-2.1-or-later
// What the elements of this plugin have in common: formats, passthrough while
// the effect is neutral, safe mapping of buffers, metas, errors. A subclass
// says when it is neutral and implements set_info and transform_frame of
// GstVideoFilter; both may be skipped while it is neutral.
#pragma once

#include <gst/video/gstvideofilter.h>

#include <utility>

#include "gsterrorbridge.h"

G_BEGIN_DECLS

#define GST_TYPE_DAE_VIDEO_FILTER (gst_dae_video_filter_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstDaeVideoFilter, gst_dae_video_filter, GST,
                          DAE_VIDEO_FILTER, GstVideoFilter)

struct _GstDaeVideoFilterClass {
  GstVideoFilterClass parent_class;

  /* True when the settings of this moment leave every frame as it is. Any
   * thread, without the object lock. */
  gboolean (*is_neutral) (GstDaeVideoFilter* self);
};

/* Errors are posted once between two calls of this. */
void gst_dae_video_filter_clear_error (GstDaeVideoFilter* self);
gint* gst_dae_video_filter_error_flag (GstDaeVideoFilter* self);

/* After a property changed: asks for other caps when that made the filter
 * start or stop to touch frames. Without the object lock. */
void gst_dae_video_filter_settings_changed (GstDaeVideoFilter* self);

G_END_DECLS

/* gst_dae_guard for a filter. */
template <typename Body>
GstFlowReturn
gst_dae_video_filter_guard (GstDaeVideoFilter* self, GstDaePhase phase,
                            Body&& body) noexcept {
  return gst_dae_guard (GST_ELEMENT_CAST (self), phase,
                        gst_dae_video_filter_error_flag (self),
                        std::forward<Body> (body));
}
