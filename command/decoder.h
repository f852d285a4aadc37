// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>

#include "av.h"
#include "input.h"

namespace command {

/// A frame of the film.
struct Picture {
  FramePtr frame;
  bool damaged = false;
  /// Tells that the frame lies before the part that is wanted: it is denoised for the sake of those
  /// after it, and dropped.
  bool run_in = false;
};

/// Decodes the video stream of a film, and chooses the frames of the part that is wanted.
class VideoDecoder {
 public:
  /// threads: at most, 0 = one for each processor. run_in: frames of how many microseconds before
  /// the part are wanted, too. Throws Failure.
  VideoDecoder(const Input& input, int threads, std::int64_t run_in);

  /// Gives a packet of the stream, or null at the end. Receive all pictures before the next one.
  void send(const AVPacket* packet);
  /// Returns a picture without frame when another packet is needed, and at the end. Each frame has
  /// its time in pts, in the time base of the stream, later than that of the one before it; the
  /// shift of the film is subtracted.
  Picture receive();
  /// Tells that the end of the part was passed.
  bool is_past_end() const { return past_end_; }
  /// Returns how many frames were damaged or missing so far.
  int damaged() const { return damaged_ + (missing_ ? 1 : 0); }

 private:
  bool receive_frame(AVFrame& frame);
  void set_time(AVFrame& frame);

  /// Tells whether a frame is damaged, and counts it.
  bool is_damaged(const AVFrame& frame, bool counts);

  CodecPtr context_;
  AVRational time_base_;
  std::int64_t frame_duration_;  // where the file does not tell, in the time base
  std::int64_t next_time_ = AV_NOPTS_VALUE;
  std::int64_t last_time_ = AV_NOPTS_VALUE;
  std::int64_t first_wanted_ = INT64_MIN;
  std::int64_t begin_ = INT64_MIN;
  std::int64_t end_ = INT64_MAX;
  std::int64_t shift_;
  int damaged_ = 0;
  bool missing_ = false;  // a packet could not be decoded
  ErrorCount errors_ = 0;
  int seen_errors_ = 0;
  int suspects_ = 0;  // how many of the next frames may be those of an error
  bool past_end_ = false;
};

}  // namespace command
