// SPDX-License-Identifier: LGPL-2.1-or-later
// Distances between a frame and its clean original.
#pragma once

#include <denoiseae/frame.h>

#include <span>

namespace denoiseae {

/// Peak signal to noise ratio in dB of component c (0 = Y or R), peak = largest code. Infinite for
/// equal planes. Same format and size, else bad_argument.
DAE_API double psnr(const ConstFrameView& a, const ConstFrameView& b, int c = 0);

/// The same for samples scaled to 0 ... 1 (peak 1), which need not be clipped.
DAE_API double psnr(std::span<const float> a, std::span<const float> b);

/// Mean structural similarity of component c, 1 for equal planes: Gaussian window 11x11, sigma 1.5,
/// K1 0.01, K2 0.03, positions where the window fits (Wang, Bovik, Sheikh, Simoncelli, IEEE TIP
/// 13(4), 2004). Planes smaller than the window use the largest odd window that fits.
DAE_API double ssim(const ConstFrameView& a, const ConstFrameView& b, int c = 0);

/// The same for a plane of width x height samples scaled to 0 ... 1, rows without padding.
DAE_API double ssim(std::span<const float> a, std::span<const float> b, int width, int height);

}  // namespace denoiseae
