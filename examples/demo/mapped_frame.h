// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/video/video.h>

#include <stdexcept>

namespace demo {

inline GstVideoInfo info_of(GstSample* sample) {
  GstVideoInfo info;
  if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample))) {
    throw std::runtime_error("a frame is of an unknown format");
  }
  return info;
}

/// Maps a frame for as long as the object lives.
class MappedFrame {
 public:
  explicit MappedFrame(GstSample* sample)
      : MappedFrame(info_of(sample), gst_sample_get_buffer(sample), GST_MAP_READ) {}
  MappedFrame(const GstVideoInfo& info, GstBuffer* buffer, GstMapFlags flags) {
    if (!gst_video_frame_map(&frame_, &info, buffer, flags)) {
      throw std::runtime_error("a frame cannot be read");
    }
  }
  ~MappedFrame() { gst_video_frame_unmap(&frame_); }
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;

  GstVideoFrame* get() { return &frame_; }
  const GstVideoFrame* get() const { return &frame_; }

 private:
  GstVideoFrame frame_;
};

}  // namespace demo
