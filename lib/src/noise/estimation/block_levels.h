// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

namespace denoiseae {

/// The standard deviations of the noise of a frame in 8-bit code values, one of luma and one of
/// chroma for each block of kNoiseBlockSide luma samples (noise/estimation/noise_features.h).
struct BlockLevels {
  int columns = 0;
  int rows = 0;
  std::vector<float> luma;  ///< row by row
  std::vector<float> chroma;
};

}  // namespace denoiseae
