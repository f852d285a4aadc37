// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstframetime.h"

#include <denoiseae/noise.h>

#include <algorithm>
#include <chrono>

static GstBuffer*
new_buffer_of_zeros (const GstVideoInfo* info) {
  GstBuffer* buffer =
      gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (info), NULL);

  gst_buffer_memset (buffer, 0, 0, GST_VIDEO_INFO_SIZE (info));
  return buffer;
}

/* Frames without noise would be taken for one that is repeated, for which
 * less has to be done. */
static void
add_noise_to (const GstDaeFramePair& frames, guint64 number) {
  gst_dae_for_each_picture (
      frames, [&] (int, const denoiseae::ConstFrameView& in,
                   const denoiseae::FrameView& out) {
        denoiseae::add_noise (in, out, denoiseae::NoiseModel::gaussian, 10, 1,
                              number);
      });
}

GstClockTime
gst_dae_measure_frame_time (GstDaeDenoiserStream& stream,
                            const GstVideoInfo* info,
                            const denoiseae::DenoiseSettings& settings) {
  using namespace std::chrono;
  constexpr int kFrames = 5;
  constexpr nanoseconds kEnough = milliseconds (400);
  g_autoptr (GstBuffer) zeros_buffer = new_buffer_of_zeros (info);
  g_autoptr (GstBuffer) noisy_buffer = new_buffer_of_zeros (info);
  g_autoptr (GstBuffer) out_buffer = new_buffer_of_zeros (info);
  GstDaeMappedFrame zeros (info, zeros_buffer, GST_MAP_READ);
  GstDaeMappedFrame noisy (info, noisy_buffer, GST_MAP_READWRITE);
  GstDaeMappedFrame out (info, out_buffer, GST_MAP_WRITE);
  nanoseconds shortest = nanoseconds::max (), all{0};

  /* The first frame finds no past and cold caches, and the machine may have
   * other work during any other one. */
  for (int i = 0; i < kFrames && (i < 2 || all < kEnough); ++i) {
    add_noise_to (gst_dae_frame_pair (info, zeros.get (), noisy.get ()), i);
    const auto start = steady_clock::now ();
    stream.process (gst_dae_frame_pair (info, noisy.get (), out.get ()),
                    settings);
    const nanoseconds time = steady_clock::now () - start;
    all += time;
    if (i > 0) shortest = std::min (shortest, time);
  }
  stream.reset ();
  return shortest.count ();
}
