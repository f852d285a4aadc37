// SPDX-License-Identifier: LGPL-2.1-or-later
// Other views of a picture make few pictures worth many. A view is drawn once and then changes all
// frames of a sequence the same way.
#pragma once

#include <opencv2/core.hpp>

#include "data/rng.h"

namespace denoiseae {

/// One of the eight symmetries of a square: quarter turns and mirrored quarter turns.
class Dihedral {
 public:
  Dihedral() = default;
  explicit Dihedral(Rng& rng) : element_(rng.below(8)) {}
  /// Draws one that leaves rows as rows.
  static Dihedral mirror(Rng& rng) { return Dihedral(rng.below(4)); }
  cv::Mat apply(const cv::Mat& square) const;

 private:
  explicit Dihedral(int element) : element_(element) {}

  int element_ = 0;
};

/// Changes light and colours of half of the pictures. The changes are small, because the network
/// should learn the statistics of real pictures.
class ColorJitter {
 public:
  ColorJitter() = default;
  ColorJitter(Rng& rng, bool colour);
  cv::Mat apply(const cv::Mat& picture) const;

 private:
  int channel_order_ = -1;  ///< -1 = the channels stay in their order
  cv::Mat curve_;           ///< empty = the light stays
};

/// Returns the picture seen a little differently: mirrored, shifted, tilted, larger or smaller, in
/// another light. It is for networks that take whole pictures, where a quarter turn would make no
/// picture of the set.
cv::Mat augmented(const cv::Mat& picture, Rng& rng);

}  // namespace denoiseae
