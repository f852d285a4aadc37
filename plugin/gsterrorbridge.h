// SPDX-License-Identifier: LGPL-2.1-or-later
// Exceptions of the library as errors of an element. No exception may cross a
// C callback: every virtual function that calls the library does it in here.
#pragma once

#include <gst/gst.h>

#include <utility>

enum class GstDaePhase {
  start,       /* loading and configuring */
  negotiation, /* configuring for new caps, which may be refused */
  streaming,   /* processing a buffer */
};

/* Posts the exception that is being handled as an error of the element, unless
 * *posted is set (it is then set, atomically), and returns the flow that
 * follows. Caps that the library refuses are logged only: negotiation tells. */
GstFlowReturn gst_dae_report_exception (GstElement* element, GstDaePhase phase,
                                        gint* posted) noexcept;

template <typename Body>
GstFlowReturn
gst_dae_guard (GstElement* element, GstDaePhase phase, gint* posted,
               Body&& body) noexcept {
  try {
    std::forward<Body> (body) ();
    return GST_FLOW_OK;
  } catch (...) {
    return gst_dae_report_exception (element, phase, posted);
  }
}
