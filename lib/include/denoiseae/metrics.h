// SPDX-License-Identifier: LGPL-2.1-or-later
// Measures how far a frame is from its clean original.
#pragma once

#include <denoiseae/frame.h>

#include <span>

namespace denoiseae {

/// Returns the peak signal to noise ratio in dB of component c (0 = Y or R), which is infinite for
/// equal planes. The peak is the largest code. Throws bad_argument unless both frames have the same
/// format and size and the component, unsupported_format, out_of_memory.
double psnr(const ConstFrameView& a, const ConstFrameView& b, int c = 0);

/// Returns the peak signal to noise ratio of samples scaled to 0 ... 1, with the peak 1. They need
/// not be clipped. Throws bad_argument unless there are as many of both, at least one.
double psnr(std::span<const float> a, std::span<const float> b);

/// Returns the mean structural similarity of component c, which is 1 for equal planes (Wang, Bovik,
/// Sheikh, Simoncelli, IEEE TIP 13(4), 2004). The window is Gaussian, 11x11 with sigma 1.5; K1 is
/// 0.01 and K2 is 0.03; the mean is taken over the positions where the window fits. Planes smaller
/// than the window use the largest odd window that fits. Throws as psnr does.
double ssim(const ConstFrameView& a, const ConstFrameView& b, int c = 0);

/// Returns the mean structural similarity of planes of width x height samples scaled to 0 ... 1,
/// whose rows have no padding. Throws bad_argument when the sizes do not fit, out_of_memory.
double ssim(std::span<const float> a, std::span<const float> b, int width, int height);

}  // namespace denoiseae

#ifndef DENOISEAE_INSIDE
#include <denoiseae/detail/metrics.h>
#endif
