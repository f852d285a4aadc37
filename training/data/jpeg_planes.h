// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core.hpp>

#include "layout/tensor_view.h"

namespace denoiseae {

/// Returns what JPEG makes of a picture, 8UC1 or 8UC3 (BGR). quality: 1 ... 100.
cv::Mat through_jpeg(const cv::Mat& picture, int quality);

/// Compresses a packed frame lightly. Its channels 0 ... 5 must be codes of 8 bits; each plane
/// becomes a gray JPEG picture and comes back. quality: 1 ... 100. gray: chroma stays unchanged.
void compress(const TensorView& planes, int quality, bool gray);

}  // namespace denoiseae
