// SPDX-License-Identifier: LGPL-2.1-or-later
// Other views of a picture, so that few pictures are worth many. A view is drawn once and then
// changes all frames of a sequence the same way.
#pragma once

#include <opencv2/core.hpp>

#include "data/rng.h"

namespace denoiseae {

/// One of the eight ways to lay a square.
class Dihedral {
 public:
  Dihedral() = default;
  explicit Dihedral(Rng& rng) : element_(rng.below(8)) {}
  cv::Mat apply(const cv::Mat& square) const;

 private:
  int element_ = 0;
};

/// Other light and colours for half of the pictures; small, for the statistics of real pictures are
/// what the network should learn.
class ColorJitter {
 public:
  ColorJitter() = default;
  ColorJitter(Rng& rng, bool colour);
  cv::Mat apply(const cv::Mat& picture) const;

 private:
  int channel_order_ = -1;  ///< as they are
  cv::Mat curve_;           ///< empty = the same light
};

/// The picture seen a little differently: mirrored, shifted, tilted, larger or smaller, in another
/// light. For networks that take whole pictures, where a quarter turn would make no picture of the
/// set.
cv::Mat augmented(const cv::Mat& picture, Rng& rng);

}  // namespace denoiseae
