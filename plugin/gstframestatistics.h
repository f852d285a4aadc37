// SPDX-License-Identifier: LGPL-2.1-or-later
// How many frames an element processed and how long that took.
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
  /* 99th percentile of the last kRecent frames. */
  GstClockTime percentile_99_time () const;

 private:
  static constexpr gsize kRecent = 1000;

  guint64 frames_ = 0;
  guint64 dropped_ = 0;
  GstClockTime total_time_ = 0;
  std::array<GstClockTime, kRecent> recent_ = {};
};

/* Says once a second of running time that a message is due, and what the mean
 * time of a frame was since the last one. */
class GstDaeMessageInterval {
 public:
  /* True when a message is due. Frames without running time never are. */
  bool add_frame (GstClockTime running_time, GstClockTime time);
  GstClockTime
  mean_time () const {
    return mean_time_;
  }

 private:
  GstClockTime start_ = GST_CLOCK_TIME_NONE;
  GstClockTime total_time_ = 0;
  GstClockTime mean_time_ = 0;
  guint64 frames_ = 0;
};
