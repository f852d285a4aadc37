// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstlargeframethreads.h"

/* Of 1280x720 a filter takes a tenth of a millisecond, and threads take a part
 * of that to meet. */
static const gint64 kLargePixels = 1500 * 1000;

denoiseae::ThreadPool*
GstDaeLargeFrameThreads::for_frame (gint width, gint height) {
  if (gint64{width} * height < kLargePixels) return nullptr;
  if (!threads_) threads_.emplace (count ());
  return &*threads_;
}

GParamSpec*
gst_dae_threads_param_spec (void) {
  return g_param_spec_uint (
      "threads", "Threads",
      "How many threads share frames of 1.5 megapixels and more, 0 = as many "
      "as the machine has; takes effect at the next start",
      0, 64, 0,
      static_cast<GParamFlags> (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                GST_PARAM_MUTABLE_READY));
}
