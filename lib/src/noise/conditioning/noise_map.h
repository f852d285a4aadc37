// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include "layout/noise_floor.h"
#include "layout/tensor_view.h"
#include "noise/estimation/noise_curve.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

/// Fills one noise level channel of packed planes: gain times what the curve says for the luma
/// around each position (the mean of a cell of 2x2 positions, which carries a quarter of the noise
/// of a sample). pool: null for the calling thread alone.
DAE_API void fill_noise_map(const TensorView& planes, int channel, const NoiseCurve& curve,
                            double gain, ThreadPool* pool = nullptr);

/// Limits what a network takes for noise, kPackedChannels or more, by the levels that it was told
/// in planes: to 3 standard deviations, or 5 and 6 codes less where that is more. Whatever the
/// network makes of a picture, what is hardly noisy hardly changes. Normal noise exceeds 3 standard
/// deviations in 3 samples of 1000, which shows as specks when they are large, and 5 in 1 of 2
/// million. Before, it is multiplied by t^2 / (t^2 + e^2), for the level t and the network's own
/// error e: the share of least squared error (Wiener) if that error does not depend on the noise.
/// pool: as above.
DAE_API void clamp_residual(const TensorView& planes, const TensorView& noise,
                            const NoiseFloor& own = {}, ThreadPool* pool = nullptr);

}  // namespace denoiseae
