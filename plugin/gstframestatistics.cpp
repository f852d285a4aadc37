// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstframestatistics.h"

#include <algorithm>
#include <vector>

void
GstDaeFrameStatistics::add_frame (GstClockTime time) {
  recent_[frames_ % kRecent] = time;
  total_time_ += time;
  ++frames_;
}

GstClockTime
GstDaeFrameStatistics::mean_time () const {
  return frames_ > 0 ? total_time_ / frames_ : 0;
}

GstClockTime
GstDaeFrameStatistics::percentile_99_time () const {
  const gsize count = std::min<guint64> (frames_, kRecent);
  if (count == 0) return 0;
  std::vector<GstClockTime> times (recent_.begin (), recent_.begin () + count);
  const auto rank = times.begin () + (99 * count + 99) / 100 - 1;
  std::nth_element (times.begin (), rank, times.end ());
  return *rank;
}

bool
GstDaeMessageInterval::add_frame (GstClockTime running_time,
                                  GstClockTime time) {
  const bool has_time = GST_CLOCK_TIME_IS_VALID (running_time);
  const GstClockTime now = has_time ? running_time : gst_util_get_timestamp ();

  ++frames_;
  total_time_ += time;
  /* Running time jumps back after a flushing seek. */
  if (!GST_CLOCK_TIME_IS_VALID (start_) || now < start_ ||
      has_time != has_time_)
    start_ = now;
  has_time_ = has_time;
  if (now - start_ < GST_SECOND) return false;
  mean_time_ = total_time_ / frames_;
  start_ = now;
  total_time_ = 0;
  frames_ = 0;
  return true;
}
