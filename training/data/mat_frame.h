// SPDX-License-Identifier: LGPL-2.1-or-later
// Views of OpenCV pictures as frames of the library.
#pragma once

#include <denoiseae/frame.h>

#include <opencv2/core.hpp>

namespace denoiseae {

/// Views the pixels of an 8UC1 (gray8) or 8UC3 (bgr) picture, which must live as long as the view.
/// Throws bad_argument for other types.
ConstFrameView const_view_of(const cv::Mat& picture);
FrameView view_of(cv::Mat& picture);

}  // namespace denoiseae
