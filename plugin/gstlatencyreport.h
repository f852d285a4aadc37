// SPDX-License-Identifier: LGPL-2.1-or-later
// Turns the times that frames take into a latency that sinks can rely on.
#pragma once

#include <gst/gst.h>

#include <array>

/* The latency is the time that nearly all of the last frames needed, with some
 * head-room. Each change makes the sinks pause or skip. Therefore the latency
 * grows only when a second frame comes too late for it, and shrinks only when
 * the last frames needed much less. */
class GstDaeLatencyReport {
 public:
  /* Begins with a frame that took this time; what was known is forgotten.
   * Returns whether the latency changes by much. */
  bool start (GstClockTime time);
  /* Takes a frame that took this time. Returns whether the latency changes. */
  bool add_frame (GstClockTime time);
  /* 0 before the start. */
  GstClockTime
  latency () const {
    return latency_;
  }

 private:
  static constexpr gsize kRecent = 64;

  bool differs (GstClockTime latency) const;
  GstClockTime nearly_longest_time () const;

  std::array<GstClockTime, kRecent> recent_ = {};
  guint64 frames_ = 0; /* since the latency changed last */
  GstClockTime latency_ = 0;
};
