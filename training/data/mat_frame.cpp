// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/mat_frame.h"

#include <denoiseae/error.h>

namespace denoiseae {
namespace {

PixelFormat format_of(const cv::Mat& picture) {
  if (picture.type() == CV_8UC1) return PixelFormat::gray8;
  if (picture.type() == CV_8UC3) return PixelFormat::bgr;
  throw Error(ErrorCode::bad_argument,
              "expected a picture of 1 or 3 channels of 8 bit, found type " +
                  cv::typeToString(picture.type()));
}

}  // namespace

ConstFrameView const_view_of(const cv::Mat& picture) {
  return {format_of(picture),
          picture.cols,
          picture.rows,
          {picture.data},
          {static_cast<std::ptrdiff_t>(picture.step[0])}};
}

FrameView view_of(cv::Mat& picture) {
  return {format_of(picture),
          picture.cols,
          picture.rows,
          {picture.data},
          {static_cast<std::ptrdiff_t>(picture.step[0])}};
}

}  // namespace denoiseae
