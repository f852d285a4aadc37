// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include "layout/noise_floor.h"
#include "layout/tensor_view.h"
#include "noise/estimation/noise_curve.h"

namespace denoiseae {

/// Fills one noise level channel of packed rows with the levels that the network is told: gain times
/// what the curve says for the luma around each position. That luma is the mean of a cell of 2x2
/// positions, which carries a quarter of the noise of a sample. rows: an even number of them, except
/// at the end of the planes.
DAE_API void fill_noise_map(const TensorView& rows, int channel, const NoiseCurve& curve,
                            double gain);

/// Weakens and bounds the noise that a network finds, by the levels that it was told in the same
/// rows of its input. First the residual is multiplied by t^2 / (t^2 + e^2), for the level t and the
/// noise floor e of the network: the share of least squared error (Wiener) if the network's own
/// error does not depend on the noise. Then it is clamped to 3 t, or to 5 t less 6 codes where that
/// is more: whatever the network makes of a picture, a picture with hardly any noise hardly
/// changes. Normal noise exceeds 3 standard deviations in 3 samples of 1000, which shows as specks
/// when they are large, and 5 in 1 of 2 million. residual: kPackedChannels or more.
DAE_API void clamp_residual(const TensorView& input, const TensorView& residual,
                            const NoiseFloor& floor = {});

}  // namespace denoiseae
