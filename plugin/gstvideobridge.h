// SPDX-License-Identifier: LGPL-2.1-or-later
// GStreamer's video frames as the library sees them.
#pragma once

#include <denoiseae/frame.h>
#include <gst/video/video.h>

#include <optional>
#include <stdexcept>
#include <string>

/* Data that does not hold the frame that its caps promise. */
class GstDaeBufferError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/* Caps of everything that the library processes, in system memory. */
GstCaps* gst_dae_supported_caps (void);

/* The library's name of a format; empty when it does not process it. */
std::optional<denoiseae::PixelFormat> gst_dae_pixel_format (
    const GstVideoInfo* info);

/* True when two fields are interleaved in the frame. */
bool gst_dae_has_fields (const GstVideoFrame* frame);

/* A buffer mapped as a frame of the size that the caps promise. Every row of
 * it lies in mapped memory. */
class GstDaeMappedFrame {
 public:
  /* Throws GstDaeBufferError that names the expected and the found size. */
  GstDaeMappedFrame (const GstVideoInfo* info, GstBuffer* buffer,
                     GstMapFlags flags);
  ~GstDaeMappedFrame () { gst_video_frame_unmap (&frame_); }
  GstDaeMappedFrame (const GstDaeMappedFrame&) = delete;
  GstDaeMappedFrame& operator= (const GstDaeMappedFrame&) = delete;
  GstVideoFrame*
  get () {
    return &frame_;
  }

 private:
  GstVideoFrame frame_ = {};
};

/* The pixels of a mapped frame in a supported format, width x height from its
 * top left corner: a buffer may hold more than the caps show. */
denoiseae::FrameView gst_dae_frame_view (const GstVideoFrame* frame, int width,
                                         int height);

/* Calls body (picture, in, out) for the frame as picture 0 or, when two fields
 * are interleaved in it, for its fields as pictures 1 and 2. The size is that
 * of the output frame. */
template <typename Body>
void
gst_dae_for_each_picture (const GstVideoFrame* in_frame,
                          const GstVideoFrame* out_frame, int width, int height,
                          Body&& body) {
  const denoiseae::ConstFrameView in =
      gst_dae_frame_view (in_frame, width, height);
  const denoiseae::FrameView out =
      gst_dae_frame_view (out_frame, width, height);

  if (!gst_dae_has_fields (in_frame) || height < 2) {
    body (0, in, out);
    return;
  }
  for (int field = 0; field < 2; ++field)
    body (1 + field, denoiseae::field_view (in, field),
          denoiseae::field_view (out, field));
}
