// SPDX-License-Identifier: LGPL-2.1-or-later
// Chooses the model that a machine has time for.
#pragma once

#include <gst/gst.h>

#include <array>
#include <vector>

/* Models are numbered from the fastest one to the best one. Starts with the
 * best one that leaves a quarter of a frame's duration free. Falls behind when
 * the last frames took nearly as long as they last, or when frames were
 * dropped, and then wants the next faster model. Wants the next better one
 * where that would have left room for seconds, and waits longer each time when
 * that was wrong. */
class GstDaeModelChoice {
 public:
  GstDaeModelChoice () = default;
  /* times: how long the fastest models took for a frame; those that are missing
   * would have taken too long. models: how many there are. duration: from frame
   * to frame; 0 = not known, and then the choice stays. */
  GstDaeModelChoice (std::vector<GstClockTime> times, gsize models,
                     GstClockTime duration);

  /* The model that runs. */
  gsize
  index () const {
    return index_;
  }
  /* The model that should run. */
  gsize
  wanted () const {
    return wanted_;
  }
  /* How long a frame of the model that runs took when it was measured. */
  GstClockTime time () const;

  /* Takes a frame that took this time. */
  void add_frame (GstClockTime time);
  /* Takes a frame that came too late to be processed. */
  void add_drop ();
  /* Says that the wanted model runs now. */
  void change ();

 private:
  static constexpr gsize kRecent = 16;

  GstClockTime expected_time (gsize model, GstClockTime time_now) const;
  void want_faster ();

  std::vector<GstClockTime> times_;
  GstClockTime duration_ = 0;
  gsize index_ = 0;
  gsize wanted_ = 0;
  std::array<GstClockTime, kRecent> recent_ = {};
  guint64 frames_ = 0;  /* since the change */
  guint64 in_time_ = 0; /* since the change or the last drop */
  guint drops_ = 0;     /* among the last frames */
  guint64 wait_ = 0;    /* frames that a better model has to wait for */
  bool was_step_up_ = false;
};
