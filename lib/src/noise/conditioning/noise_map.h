// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "layout/noise_floor.h"
#include "layout/tensor_view.h"
#include "noise/estimation/block_levels.h"
#include "noise/estimation/noise_curve.h"

namespace denoiseae {

/// Fills one noise level channel of packed rows, the noise map that conditions the network. Each
/// position gets gain times the level that the curve has for the luma around it. This luma is the
/// mean of a cell of 2x2 positions, which carries a quarter of the noise of a sample. rows: an even
/// number of rows, except at the bottom of the tensor.
void fill_noise_map(const TensorView& rows, int channel, const NoiseCurve& curve, double gain);

/// Fills the noise level channels of packed rows with the levels of blocks, times a gain each,
/// interpolated bilinearly between the middles of the blocks. first_row: of the packed planes.
/// luma_floor, chroma_floor: levels below these are raised to them, in codes, before the gain.
void fill_block_levels(const BlockLevels& levels, double luma_gain, double chroma_gain,
                       int first_row, const TensorView& rows, double luma_floor = 0,
                       double chroma_floor = 0);

/// Weakens and bounds the residual, which is the noise that a network finds, by the noise levels in
/// the same rows of its input. First the residual is multiplied by t^2 / (t^2 + e^2), where t is
/// the noise level and e the noise floor of the network. This is the share with the least squared
/// error (Wiener) if the error of the network does not depend on the noise. Then the residual is
/// clamped to 3 t, or to 5 t less 6 codes where that is more. Therefore a picture with hardly any
/// noise hardly changes, whatever the network makes of it. Normal noise exceeds 3 standard
/// deviations in 3 samples of 1000, which shows as specks when the noise is strong, and 5 in 1 of 2
/// million. residual: kPackedChannels channels or more.
void clamp_residual(const TensorView& input, const TensorView& residual,
                    const NoiseFloor& floor = {});

}  // namespace denoiseae
