// SPDX-License-Identifier: LGPL-2.1-or-later
// Other views of a picture, so that few pictures are worth many. A look is drawn once and then
// changes all frames of a sequence the same way.
#pragma once

#include <opencv2/core.hpp>

#include "data/dice.h"

namespace denoiseae {

/// One of the eight ways to lay a square.
class Turn {
 public:
  Turn() = default;
  explicit Turn(Dice& dice) : way_(dice.below(8)) {}
  cv::Mat apply(const cv::Mat& square) const;

 private:
  int way_ = 0;
};

/// Other light and colours for half of the pictures; small, for the statistics of real pictures are
/// what the network should learn.
class Recoloring {
 public:
  Recoloring() = default;
  Recoloring(Dice& dice, bool colour);
  cv::Mat apply(const cv::Mat& picture) const;

 private:
  int channel_order_ = -1;  ///< as they are
  cv::Mat curve_;           ///< empty = the same light
};

/// The picture seen a little differently: mirrored, shifted, tilted, larger or smaller, in another
/// light. For networks that take whole pictures, where a quarter turn would make no picture of the
/// set.
cv::Mat varied(const cv::Mat& picture, Dice& dice);

}  // namespace denoiseae
