// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "layout/tensor_view.h"

namespace denoiseae {

/// Noise weaker than this, in 8-bit codes, is left to the network: near the limits of the codes
/// clipping changes its mean by less than the network errs there.
inline constexpr float kWeakestClippedNoise = 25;
/// Noise from this level on is corrected in full, noise between both in part.
inline constexpr float kFullyClippedNoise = 40;

/// Returns by how many standard deviations a mean that clipping has changed lies within its true
/// value. distance: of that mean from the limit of the codes, in standard deviations of the noise,
/// at least 0. If the true value is t from the limit, normal noise that is clipped there has its
/// mean at t F(t) + f(t), with the distribution F and the density f of the normal distribution
/// (Foi, Signal Processing 89(12), 2009). A true value beyond the limit is taken to be on it.
float clipping_shift(float distance) noexcept;

/// Corrects the residual of luma, the noise that a network finds, for noise that was clipped to the
/// codes. A network that averages such noise returns its mean, which is too dark where the picture
/// is bright and too bright where it is dark. input: rows with the luma and the noise levels that
/// the network was told. residual: the same rows.
void restore_clipped(const TensorView& input, const TensorView& residual);

}  // namespace denoiseae
