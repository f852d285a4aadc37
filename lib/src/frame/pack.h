// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames to packed planes and back. With frame/pack_picture.h the only place that knows what
// networks see.
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/frame.h>

#include <vector>

#include "layout/tensor_view.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

/// Writes channels 0 ... 5 of planes. planes may be larger than half the frame (rounded up): the
/// frame is mirrored at its right and lower edge. Gray frames: U = V = 0. RGB frames: luma and
/// chroma of BT.601, full range, chroma averaged over 2x2 pixels. pool: null for the calling
/// thread alone.
DAE_API void pack_yuv420(const ConstFrameView& frame, const TensorView& planes,
                         ThreadPool* pool = nullptr);

/// The same for some rows of the planes, the first of which is row first_row.
void pack_yuv420_rows(const ConstFrameView& frame, int first_row, const TensorView& rows);

/// Fills one channel with a noise level, sigma_8bit in 8-bit code values.
DAE_API void fill_noise_level(const TensorView& planes, int channel, double sigma_8bit);

/// Standard deviation of the noise in the packed planes when every component of the frame carries
/// independent noise of standard deviation 1 (the conversion of RGB to luma and half-size chroma
/// averages noise).
struct NoiseGain {
  double luma;
  double chroma;
};
DAE_API NoiseGain packed_noise_gain(const FormatInfo& format);

/// out = in - noise, rounded half up and clamped. packed: what pack_yuv420 made of in; noise:
/// channels 0 ... 5 of the same size. in and out may be the same memory. Where chroma has more
/// samples than the network sees, the correction is interpolated, and chroma detail finer than the
/// network's passes through a local Wiener filter for noise of standard deviation detail_sigma_8bit
/// per component of the frame. scratch: working memory that the call sizes; keep it from frame to
/// frame. pool: as above.
DAE_API void subtract_yuv420(const ConstFrameView& in, const TensorView& packed,
                             const TensorView& noise, double detail_sigma_8bit,
                             std::vector<float>& scratch, const FrameView& out,
                             ThreadPool* pool = nullptr);

/// Whether subtract_yuv420 needs no more of the packed planes than the same rows.
/// That is so where the network sees all samples.
inline bool is_subtracted_by_rows(const FormatInfo& format) {
  return format.family == ColorFamily::gray ||
         (format.component[1].log2_sub_x == 1 && format.component[1].log2_sub_y == 1);
}
/// The same for the pixels under some rows of noise, the first of which is row first_row, of
/// formats that are subtracted by rows.
void subtract_yuv420_rows(const ConstFrameView& in, int first_row, const TensorView& noise,
                          const FrameView& out);

/// out = in, pixel bytes only.
DAE_API void copy_frame(const ConstFrameView& in, const FrameView& out);

}  // namespace denoiseae
