// SPDX-License-Identifier: LGPL-2.1-or-later
// Presents GStreamer's video frames to the library.
#pragma once

#include <denoiseae/frame.h>
#include <gst/video/video.h>

#include <optional>
#include <stdexcept>
#include <string>

/* Thrown for a buffer that does not hold the frame that its caps promise. */
class GstDaeBufferError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/* Caps of everything that the library processes, in system memory: frames, and
 * fields that come in buffers of their own. */
GstCaps* gst_dae_supported_caps (void);

/* The library's name of the format; empty when the library does not process
 * it. */
std::optional<denoiseae::PixelFormat> gst_dae_pixel_format (
    const GstVideoInfo* info);

/* The time from buffer to buffer; 0 when the caps do not tell. */
GstClockTime gst_dae_buffer_duration (const GstVideoInfo* info);

/* A buffer that is mapped as a frame of the size that its caps promise. Strides
 * and offsets of a video meta are not checked here. */
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

/* The pictures of a buffer. */
enum class GstDaeContent { frame, top_field, bottom_field, interleaved_fields };

/* A mapped frame to read and one to write, as the library sees them. */
struct GstDaeFramePair {
  denoiseae::ConstFrameView in;
  denoiseae::FrameView out;
  GstDaeContent content;
};

/* Returns the pixels of two mapped frames. Both have the format of info, which
 * the library has to process, and the pair has the size of info. Throws
 * GstDaeBufferError when a row lies outside the mapped memory. */
GstDaeFramePair gst_dae_frame_pair (const GstVideoInfo* info,
                                    const GstVideoFrame* in_frame,
                                    const GstVideoFrame* out_frame);

/* Writes zeros to what no row of a mapped frame holds: the ends of rows, and
 * the space behind planes. Sinks write it to files and networks, and it must
 * not hold what the memory was used for before. Called before the rows are
 * written, because the rows of one plane may lie between those of another. */
void gst_dae_clear_padding (const GstVideoFrame* frame);

/* Calls body (picture, in, out) for whole frames as picture 0, for top fields
 * as picture 1 and for bottom fields as picture 2. */
template <typename Body>
void
gst_dae_for_each_picture (const GstDaeFramePair& frames, Body&& body) {
  if (frames.content != GstDaeContent::interleaved_fields) {
    body (static_cast<int> (frames.content), frames.in, frames.out);
    return;
  }
  for (int field = 0; field < 2; ++field)
    body (1 + field, denoiseae::field_view (frames.in, field),
          denoiseae::field_view (frames.out, field));
}
