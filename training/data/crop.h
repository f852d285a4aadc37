// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core.hpp>

#include "data/rng.h"

namespace denoiseae {

/// Mirrors a picture at its edges until it holds a patch.
cv::Mat at_least(const cv::Mat& picture, int size);

/// Where a square patch is cut from a picture.
struct Crop {
  cv::Point at;
  int size;   ///< of the patch
  int scale;  ///< 2: from an area of twice the size, averaged
};

/// Somewhere inside the picture, which must hold it.
Crop random_crop(const cv::Mat& picture, int size, int scale, Rng& rng);

/// The patch and so many of its pixels around it, the picture mirrored where it ends.
cv::Mat patch_of(const cv::Mat& picture, const Crop& crop, int around = 0);

}  // namespace denoiseae
