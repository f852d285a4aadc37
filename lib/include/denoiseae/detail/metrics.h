// SPDX-License-Identifier: LGPL-2.1-or-later
// The code of metrics.h, over the C interface.
#pragma once

#include <denoiseae/detail/check.h>
#include <denoiseae/metrics.h>

#include <string>

namespace denoiseae {

inline double psnr(const ConstFrameView& a, const ConstFrameView& b, int c) {
  const denoiseae_frame first = detail::c_frame(a), second = detail::c_frame(b);
  double decibels = 0;
  detail::check(denoiseae_psnr(&first, &second, c, &decibels));
  return decibels;
}

inline double psnr(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size())
    throw Error(ErrorCode::bad_argument, "psnr needs the same number of samples, found " +
                                             std::to_string(a.size()) + " and " +
                                             std::to_string(b.size()));
  double decibels = 0;
  detail::check(denoiseae_psnr_of_samples(a.data(), b.data(), a.size(), &decibels));
  return decibels;
}

inline double ssim(const ConstFrameView& a, const ConstFrameView& b, int c) {
  const denoiseae_frame first = detail::c_frame(a), second = detail::c_frame(b);
  double similarity = 0;
  detail::check(denoiseae_ssim(&first, &second, c, &similarity));
  return similarity;
}

inline double ssim(std::span<const float> a, std::span<const float> b, int width, int height) {
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  if (width < 1 || height < 1 || a.size() != count || b.size() != count)
    throw Error(ErrorCode::bad_argument, "ssim needs planes of width x height samples, found " +
                                             std::to_string(width) + "x" + std::to_string(height) +
                                             " for " + std::to_string(a.size()) + " and " +
                                             std::to_string(b.size()));
  double similarity = 0;
  detail::check(denoiseae_ssim_of_samples(a.data(), b.data(), width, height, &similarity));
  return similarity;
}

}  // namespace denoiseae
