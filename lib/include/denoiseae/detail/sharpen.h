// SPDX-License-Identifier: LGPL-2.1-or-later
// The code of sharpen.h, over the C interface.
#pragma once

#include <denoiseae/detail/check.h>
#include <denoiseae/detail/thread_pool.h>
#include <denoiseae/sharpen.h>

namespace denoiseae {

inline void sharpen3x3(const ConstFrameView& in, const FrameView& out, double amount,
                       bool luma_only, ThreadPool* pool) {
  const denoiseae_frame from = detail::c_frame(in), to = detail::c_frame(out);
  detail::check(
      denoiseae_sharpen3x3(&from, &to, amount, luma_only ? 1 : 0, detail::Handles::of(pool)));
}

}  // namespace denoiseae
