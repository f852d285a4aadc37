// SPDX-License-Identifier: LGPL-2.1-or-later
// How much of the chroma detail that the network does not see is picture, and how much is noise.
#pragma once

#include <denoiseae/frame.h>

#include <vector>

#include "layout/tensor_view.h"

namespace denoiseae {

/// Detail = the frame's chroma minus the interpolated half-size chroma. Its local Wiener gain is
/// (E - s) / E with the mean energy E of the detail in 3x3 blocks of 2x2 pixels and the energy s of
/// noise alone (Lee, IEEE PAMI 2(2), 1980), one value per block.
class ChromaDetail {
 public:
  /// frame: of more chroma than half-size. sigma_8bit: of the noise per component of the frame.
  /// scratch must outlive the object.
  ChromaDetail(const ConstFrameView& frame, const TensorView& packed, double sigma_8bit,
               std::vector<float>& scratch);
  /// 0 = all noise, 1 = all picture.
  float kept_share(int block_x, int block_y) const {
    return share_[static_cast<std::size_t>(block_y) * width_ + block_x];
  }

 private:
  const float* share_;
  int width_;
};

}  // namespace denoiseae
