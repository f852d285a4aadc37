// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core.hpp>

#include "data/rng.h"

namespace denoiseae {

/// Mirrors a picture at its edges until it holds a patch.
cv::Mat at_least(const cv::Mat& picture, int size);

/// The place of a square patch in a picture.
struct Crop {
  cv::Point at;
  int size;   ///< side of the patch
  int scale;  ///< 2 = an area of twice the size is averaged
};

/// Draws a place inside the picture, which must hold the crop.
Crop random_crop(const cv::Mat& picture, int size, int scale, Rng& rng);

/// Cuts out the patch with the given number of its pixels around it. The picture is mirrored where
/// it ends.
cv::Mat patch_of(const cv::Mat& picture, const Crop& crop, int around = 0);

}  // namespace denoiseae
