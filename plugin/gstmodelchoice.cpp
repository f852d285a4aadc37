// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstmodelchoice.h"

#include <algorithm>
#include <numeric>
#include <utility>

static const guint64 kFirstWait = 90;
static const guint64 kLongestWait = 64 * kFirstWait;
/* A better model that lasts for so many frames was no mistake. */
static const guint64 kLasting = 300;
static const guint kDropsOfSlow = 3;
/* A model that was not measured is taken to be so many times slower than the
 * last one that was. */
static const guint kSlower = 8;

/* Whether frames that take this time leave a quarter of their duration free. */
static bool
leaves_room (GstClockTime time, GstClockTime duration) {
  return time <= duration / 4 * 3;
}

GstDaeModelChoice::GstDaeModelChoice (std::vector<GstClockTime> times,
                                      gsize models, GstClockTime duration)
    : times_ (std::move (times)), duration_ (duration), wait_ (kFirstWait) {
  const gsize measured = times_.size ();

  while (times_.size () < models) times_.push_back (times_.back () * kSlower);
  for (gsize i = 1; i < measured; ++i)
    if (leaves_room (times_[i], duration_)) index_ = i;
  wanted_ = index_;
}

GstClockTime
GstDaeModelChoice::time () const {
  return index_ < times_.size () ? times_[index_] : 0;
}

GstClockTime
GstDaeModelChoice::expected_time (gsize model, GstClockTime time_now) const {
  return gst_util_uint64_scale (time_now, times_[model],
                                std::max<GstClockTime> (times_[index_], 1));
}

void
GstDaeModelChoice::want_faster () {
  if (index_ == 0 || wanted_ != index_) return;
  wanted_ = index_ - 1;
  if (was_step_up_ && frames_ < kLasting)
    wait_ = std::min (2 * wait_, kLongestWait);
}

void
GstDaeModelChoice::add_frame (GstClockTime time) {
  recent_[frames_ % kRecent] = time;
  ++frames_;
  ++in_time_;
  if (frames_ % (2 * kRecent) == 0) drops_ = 0;
  if (frames_ >= kLasting && was_step_up_) wait_ = kFirstWait;
  if (duration_ == 0 || frames_ < kRecent || wanted_ != index_) return;
  const GstClockTime mean =
      std::accumulate (recent_.begin (), recent_.end (), GstClockTime{0}) /
      kRecent;
  if (mean > duration_ / 20 * 19) {
    want_faster ();
  } else if (in_time_ >= wait_ && index_ + 1 < times_.size () &&
             leaves_room (expected_time (index_ + 1, mean), duration_)) {
    wanted_ = index_ + 1;
  }
}

void
GstDaeModelChoice::add_drop () {
  in_time_ = 0;
  /* The first frames of a model find cold caches. */
  if (frames_ < kRecent) return;
  if (++drops_ >= kDropsOfSlow) want_faster ();
}

void
GstDaeModelChoice::change () {
  was_step_up_ = wanted_ > index_;
  index_ = wanted_;
  frames_ = in_time_ = 0;
  drops_ = 0;
}
