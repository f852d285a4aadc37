// SPDX-License-Identifier: LGPL-2.1-or-later
// Follows the time of a stream from frame to frame.
#pragma once

#include <gst/gst.h>

/* Tells whether a frame goes on from the frame before it. Frames that were
 * dropped in between, flags and missing timestamps do not matter: what the
 * pictures have in common is for the denoiser to find out. */
class GstDaeStreamTime {
 public:
  /* rate: of the segment. patience: a step in time that is no jump, because
   * nobody had time for the frames in between. Returns false when time jumps
   * back from the frame that was taken last to this one, or on by half a second
   * or more; for frames that last longer than a third of a second, by one and a
   * half of them, and never by less than the patience. */
  bool goes_on (const GstBuffer* buffer, double rate,
                GstClockTime patience) const;
  /* Makes this frame the one that the next are compared with. usual_duration:
   * of frames that do not tell theirs, 0 = unknown. */
  void take (const GstBuffer* buffer, double rate, GstClockTime usual_duration);
  /* The next frame is the first one. */
  void
  forget () {
    position_ = GST_CLOCK_TIME_NONE;
  }

 private:
  GstClockTime position_of (const GstBuffer* buffer, double rate) const;

  GstClockTime position_ = GST_CLOCK_TIME_NONE;
  GstClockTime duration_ = 0;
};

/* Whether two segments are the same, wherever the stream is in them. */
bool gst_dae_is_same_segment (const GstSegment* a, const GstSegment* b);
