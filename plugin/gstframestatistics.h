// SPDX-License-Identifier: LGPL-2.1-or-later
// Counts the frames that an element processed, and the time that it took.
#pragma once

#include <gst/gst.h>

#include <array>

class GstDaeFrameStatistics {
 public:
  void add_frame (GstClockTime time);
  void
  add_drop () {
    ++dropped_;
  }

  guint64
  frames () const {
    return frames_;
  }
  guint64
  dropped () const {
    return dropped_;
  }
  GstClockTime mean_time () const;
  /* The 99th percentile of the last kRecent frames. */
  GstClockTime percentile_99_time () const;

 private:
  static constexpr gsize kRecent = 1000;

  guint64 frames_ = 0;
  guint64 dropped_ = 0;
  GstClockTime total_time_ = 0;
  std::array<GstClockTime, kRecent> recent_ = {};
};

/* Says once a second that a message is due, and measures the mean time of a
 * frame since the message before. */
class GstDaeMessageInterval {
 public:
  /* True when a message is due. Frames without running time go by the time of
   * the machine. */
  bool add_frame (GstClockTime running_time, GstClockTime time);
  GstClockTime
  mean_time () const {
    return mean_time_;
  }

 private:
  GstClockTime start_ = GST_CLOCK_TIME_NONE;
  bool has_time_ = false; /* whether start_ is a running time */
  GstClockTime total_time_ = 0;
  GstClockTime mean_time_ = 0;
  guint64 frames_ = 0;
};
