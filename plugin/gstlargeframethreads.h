// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads of the filters whose work is so light that only large frames are
// worth sharing.
#pragma once

#include <denoiseae/thread_pool.h>
#include <gst/gst.h>

#include <optional>

class GstDaeLargeFrameThreads {
 public:
  /* How many, 0 = as many as the machine has; taken at the next start. Any
   * thread. */
  void
  set_count (guint count) {
    g_atomic_int_set (&count_, static_cast<gint> (count));
  }
  guint
  count () const {
    return static_cast<guint> (g_atomic_int_get (&count_));
  }

  /* Null for frames that one thread is done with as soon. Streaming thread. */
  denoiseae::ThreadPool* for_frame (gint width, gint height);
  /* Ends them. After the stream. */
  void
  stop () {
    threads_.reset ();
  }

 private:
  gint count_ = 0; /* atomic */
  std::optional<denoiseae::ThreadPool> threads_;
};

/* The property "threads" of such a filter. */
GParamSpec* gst_dae_threads_param_spec (void);
