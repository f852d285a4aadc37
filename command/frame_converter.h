// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "av.h"

namespace command {

/// Converts frames to one format and size with libswscale. Frames that have both already are
/// returned as they are.
class FrameConverter {
 public:
  /// threads: at most.
  FrameConverter(AVPixelFormat format, int width, int height, int threads);

  /// Returns the frame with its properties. YUV becomes RGB by the matrix and range that the frame
  /// names, and keeps them otherwise. RGB becomes YUV of limited range, or of the full range and
  /// the matrix of JPEG where the format is one of those ("yuvj444p"). The rows of interlaced
  /// frames are converted field by field where chroma is coarser in height. Throws Failure.
  FramePtr convert(FramePtr frame);

 private:
  void prepare(const AVFrame& from, int height);
  void scale(const AVFrame& from, AVFrame& to);

  AVPixelFormat format_;
  int width_;
  int height_;
  int threads_;
  ScalerPtr scaler_;
  // The frames that scaler_ is made for.
  int from_format_ = AV_PIX_FMT_NONE;
  int from_width_ = 0;
  int from_height_ = 0;
  int from_range_ = -1;
  int from_matrix_ = -1;
};

}  // namespace command
