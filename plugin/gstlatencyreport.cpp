// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstlatencyreport.h"

#include <algorithm>
#include <vector>

/* Frames take about as long as each other, but the machine has other work. */
static GstClockTime
with_head_room (GstClockTime time) {
  return time + time / 8;
}

/* Whether another latency is worth an interruption. */
bool
GstDaeLatencyReport::differs (GstClockTime latency) const {
  return latency > latency_ || latency < latency_ / 4 * 3;
}

bool
GstDaeLatencyReport::start (GstClockTime time) {
  const GstClockTime wanted = with_head_room (time);

  frames_ = 0;
  if (!differs (wanted)) return false;
  latency_ = wanted;
  return true;
}

/* One frame of sixteen may take longer, and one at least. */
GstClockTime
GstDaeLatencyReport::nearly_longest_time () const {
  const gsize count = std::min<guint64> (frames_, kRecent);
  std::vector<GstClockTime> times (recent_.begin (), recent_.begin () + count);
  const auto rank = times.end () - 1 - std::max<gsize> (1, count / 16);
  std::nth_element (times.begin (), rank, times.end ());
  return *rank;
}

bool
GstDaeLatencyReport::add_frame (GstClockTime time) {
  recent_[frames_ % kRecent] = time;
  ++frames_;
  if (frames_ < 2) return false;
  const GstClockTime needed = nearly_longest_time ();
  const GstClockTime wanted = with_head_room (needed);
  const bool too_short = needed > latency_;
  const bool too_long = frames_ >= kRecent && wanted < latency_ / 4 * 3;
  if (!too_short && !too_long) return false;
  latency_ = wanted;
  frames_ = 0;
  return true;
}
