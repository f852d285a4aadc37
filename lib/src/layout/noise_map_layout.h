// SPDX-License-Identifier: LGPL-2.1-or-later
// Describes the tensors of networks of the representation noise_features, which estimate noise.
#pragma once

namespace denoiseae {

/// Side of the cells, in luma samples, that have one position of the input, and the channels there
/// (kernels/noise_cells/noise_cells.h).
inline constexpr int kNoiseCellSide = 4;
inline constexpr int kNoiseFeatureChannels = 16;

/// Side of the blocks, in luma samples, that have one position of the output, and the channels
/// there: the levels of luma and of chroma.
inline constexpr int kNoiseBlockSide = 8;
inline constexpr int kNoiseMapChannels = 2;

/// Converts between the output of the networks and log2 of a standard deviation in 8-bit codes.
constexpr float log_level_of(float value) { return 3 * value + 1; }
constexpr float value_of_log_level(float log_level) { return (log_level - 1) / 3; }

}  // namespace denoiseae
