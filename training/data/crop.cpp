// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/crop.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace denoiseae {

cv::Mat at_least(const cv::Mat& picture, int size) {
  const int right = std::max(0, size - picture.cols);
  const int bottom = std::max(0, size - picture.rows);
  if (right == 0 && bottom == 0) return picture;
  cv::Mat larger;
  cv::copyMakeBorder(picture, larger, 0, bottom, 0, right, cv::BORDER_REFLECT);
  return larger;
}

Crop random_crop(const cv::Mat& picture, int size, int scale, Rng& rng) {
  const int x = rng.below(picture.cols - scale * size + 1);
  const int y = rng.below(picture.rows - scale * size + 1);
  return {{x, y}, size, scale};
}

cv::Mat patch_of(const cv::Mat& picture, const Crop& crop, int around) {
  // These count pixels of the patch.
  const int left = std::min(around, crop.at.x / crop.scale);
  const int top = std::min(around, crop.at.y / crop.scale);
  const int right = std::min(around, (picture.cols - crop.at.x) / crop.scale - crop.size);
  const int bottom = std::min(around, (picture.rows - crop.at.y) / crop.scale - crop.size);
  const cv::Size size(left + crop.size + right, top + crop.size + bottom);
  cv::Mat patch = picture(cv::Rect(crop.at - cv::Point(left, top) * crop.scale, size * crop.scale));
  if (crop.scale > 1) {
    cv::Mat smaller;
    cv::resize(patch, smaller, size, 0, 0, cv::INTER_AREA);
    patch = smaller;
  }
  if (size == cv::Size(crop.size + 2 * around, crop.size + 2 * around)) return patch;
  cv::Mat larger;
  cv::copyMakeBorder(patch, larger, around - top, around - bottom, around - left, around - right,
                     cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
  return larger;
}

}  // namespace denoiseae
