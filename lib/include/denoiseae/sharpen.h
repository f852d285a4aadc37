// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

namespace denoiseae {

/// Sharpens with the 3x3 kernel 0 -a 0 / -a 1+4a -a / 0 -a 0, where a is the amount; 1 gives the
/// kernel 0 -1 0 / -1 5 -1 / 0 -1 0 of the founding paper. Edges replicate. The amount is rounded
/// to 1/256, and the sum is computed in integers, rounded half up and clamped to the codes of the
/// format.
///
/// in, out: frames of the same format and size in different memory. amount: 0 ... 4; 0 copies.
/// luma_only: leaves the chroma of YUV formats as it is; RGB formats are always sharpened as a
/// whole. pool: null for the calling thread alone; more threads pay for frames of 1.5 megapixels
/// and more. Copies alpha and padding bytes of packed pixels. Thread-safe. Throws bad_argument,
/// unsupported_format, out_of_memory.
void sharpen3x3(const ConstFrameView& in, const FrameView& out, double amount, bool luma_only,
                ThreadPool* pool = nullptr);

}  // namespace denoiseae

#ifndef DENOISEAE_INSIDE
#include <denoiseae/detail/sharpen.h>
#endif
