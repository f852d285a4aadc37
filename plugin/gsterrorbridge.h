// SPDX-License-Identifier: LGPL-2.1-or-later
// Turns exceptions of the library into errors of an element.
#pragma once

#include <gst/gst.h>

enum class GstDaePhase {
  start,       /* loading and configuring */
  negotiation, /* configuring for new caps, which may be refused */
  streaming,   /* processing a buffer */
};

/* Posts the exception that is being handled as an error of the element, unless
 * *posted is set already, and sets it, atomically. Returns the flow that
 * follows. Caps that the library refuses are only logged, because the failed
 * negotiation is reported by others. */
GstFlowReturn gst_dae_report_exception (GstElement* element, GstDaePhase phase,
                                        gint* posted) noexcept;

/* Posts the exception that is being handled as a warning of the element, which
 * goes on. */
void gst_dae_report_warning (GstElement* element) noexcept;
