// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

namespace denoiseae {

/// Sharpens with the 3x3 kernel 0 -a 0 / -a 1+4a -a / 0 -a 0; a = 1 is the kernel
/// 0 -1 0 / -1 5 -1 / 0 -1 0 of the founding paper. Edges replicate. The amount is rounded to
/// 1/256, the sum is computed in integers, rounded half up and clamped to the range of the format.
///
/// in, out: same format and size, different memory. amount: 0 ... 4, 0 copies. luma_only leaves the
/// chroma planes of YUV formats as they are (RGB formats: always all three); alpha and padding
/// bytes of packed pixels are copied. pool: null for the calling thread alone; pays for frames
/// of 1.5 megapixels and more. Thread-safe. Throws bad_argument, unsupported_format.
DAE_API void sharpen3x3(const ConstFrameView& in, const FrameView& out, double amount,
                        bool luma_only, ThreadPool* pool = nullptr);

}  // namespace denoiseae
