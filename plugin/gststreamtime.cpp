// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gststreamtime.h"

#include <algorithm>

static const GstClockTime kMaxStep = GST_SECOND / 2;

static GstClockTime
duration_of (const GstBuffer* buffer, GstClockTime usual_duration) {
  return GST_BUFFER_DURATION_IS_VALID (buffer) ? GST_BUFFER_DURATION (buffer)
                                               : usual_duration;
}

/* Guesses where a frame without a timestamp is. Without a duration there is
 * nothing to guess from. */
static GstClockTime
guess_position (GstClockTime position, GstClockTime duration, bool backwards) {
  if (!GST_CLOCK_TIME_IS_VALID (position) || duration == 0)
    return GST_CLOCK_TIME_NONE;
  if (!backwards) return position + duration;
  return position > duration ? position - duration : 0;
}

GstClockTime
GstDaeStreamTime::position_of (const GstBuffer* buffer, double rate) const {
  return GST_BUFFER_PTS_IS_VALID (buffer)
             ? GST_BUFFER_PTS (buffer)
             : guess_position (position_, duration_, rate < 0);
}

bool
GstDaeStreamTime::goes_on (const GstBuffer* buffer, double rate,
                           GstClockTime patience) const {
  const GstClockTime now = position_of (buffer, rate);
  const GstClockTime max_step =
      std::max ({kMaxStep, duration_ + duration_ / 2, patience});

  if (!GST_CLOCK_TIME_IS_VALID (position_) || !GST_CLOCK_TIME_IS_VALID (now))
    return true;
  const GstClockTimeDiff step = rate < 0 ? GST_CLOCK_DIFF (now, position_)
                                         : GST_CLOCK_DIFF (position_, now);
  return step >= 0 && static_cast<GstClockTime> (step) < max_step;
}

void
GstDaeStreamTime::take (const GstBuffer* buffer, double rate,
                        GstClockTime usual_duration) {
  position_ = position_of (buffer, rate);
  duration_ = duration_of (buffer, usual_duration);
}

bool
gst_dae_is_same_segment (const GstSegment* a, const GstSegment* b) {
  GstSegment at_start_a = *a, at_start_b = *b;

  at_start_a.position = at_start_b.position = 0;
  return gst_segment_is_equal (&at_start_a, &at_start_b);
}
