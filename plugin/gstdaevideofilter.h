// SPDX-License-Identifier: LGPL-2.1-or-later
// The base class of all elements of this plugin: formats, passthrough while the
// effect is neutral, safe mapping of buffers, metas, errors, properties.
//
// A subclass says when it is neutral, and implements transform_frame and, if it
// has to know the caps, set_info of GstVideoFilter. Frames that come while it
// is neutral pass without transform_frame, also in formats that the library
// does not process. An exception that transform_frame throws becomes an error
// of the element.
#pragma once

#include <denoiseae/thread_pool.h>
#include <gst/video/gstvideofilter.h>

#include <utility>

#include "gsterrorbridge.h"

G_BEGIN_DECLS

#define GST_TYPE_DAE_VIDEO_FILTER (gst_dae_video_filter_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstDaeVideoFilter, gst_dae_video_filter, GST,
                          DAE_VIDEO_FILTER, GstVideoFilter)

struct _GstDaeVideoFilterClass {
  GstVideoFilterClass parent_class;

  /* True when the settings of this moment leave every frame as it is. Called
   * from any thread, with the object lock. */
  gboolean (*is_neutral) (GstDaeVideoFilter* self);
};

/* Posts the exception that is being handled as an error of the filter, once
 * between two starts, and returns the flow that follows. */
GstFlowReturn gst_dae_video_filter_report_exception (
    GstDaeVideoFilter* self, GstDaePhase phase) noexcept;

/* Asks for other caps when the change of a property made the filter start or
 * stop to touch frames. Called after the change, without the object lock. */
void gst_dae_video_filter_settings_changed (GstDaeVideoFilter* self);

/* Installs a property whose value is a field of the instance, which lies at the
 * offset (G_STRUCT_OFFSET): a gdouble, guint, gint, gboolean, or a gint for
 * an enumeration; any other type ends the process. It is read and written with
 * the object lock. All properties of the class are then of this kind. */
void gst_dae_video_filter_class_install_field (GstDaeVideoFilterClass* klass,
                                               gsize offset, GParamSpec* pspec);

/* Returns the threads for a filter whose work is so light that only large
 * frames are worth sharing, and null for smaller frames. The first large frame
 * since the start makes as many as count says, 0 = as many as the process may
 * use. Called by the streaming thread. */
denoiseae::ThreadPool* gst_dae_video_filter_thread_pool (
    GstDaeVideoFilter* self, gint width, gint height, guint count);

/* Installs the property "threads", which holds the count in a guint. */
void gst_dae_video_filter_class_install_threads (GstDaeVideoFilterClass* klass,
                                                 gsize offset);

G_END_DECLS

/* Calls body. No exception may cross a C callback, so that every virtual
 * function that calls the library does it in here. */
template <typename Body>
GstFlowReturn
gst_dae_video_filter_guard (GstDaeVideoFilter* self, GstDaePhase phase,
                            Body&& body) noexcept {
  try {
    std::forward<Body> (body) ();
    return GST_FLOW_OK;
  } catch (...) {
    return gst_dae_video_filter_report_exception (self, phase);
  }
}
