// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include "noise/noise_curve.h"
#include "planes.h"
#include "workers.h"

namespace denoiseae {

/// Fills one noise level channel of packed planes: gain times what the curve says for the luma
/// around each position (the mean of a cell of 2x2 positions, which carries a quarter of the noise
/// of a sample). workers: null for the calling thread alone.
DAE_API void fill_noise_map(const PlanesView& planes, int channel, const NoiseCurve& curve,
                            double gain, Workers* workers = nullptr);

/// Limits what a network takes for noise, kPackedChannels or more, to kMostNoise standard
/// deviations of the levels that it was told in planes: whatever the network makes of a picture,
/// what is hardly noisy hardly changes. workers: as above.
DAE_API void limit_noise(const PlanesView& planes, const PlanesView& noise,
                         Workers* workers = nullptr);

/// Normal noise exceeds it in 3 samples of 1000.
inline constexpr float kMostNoise = 3;

}  // namespace denoiseae
