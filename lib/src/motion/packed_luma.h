// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include <cstddef>
#include <cstdint>

#include "layout/tensor_view.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

/// Writes the luma plane of packed planes (four channels from the given one on, in the order of
/// planes.h) as 8-bit code values, rounded and clamped, for block matching. out: 2 height rows of
/// 2 width bytes. pool: null for the calling thread alone.
DAE_API void packed_luma(const TensorView& planes, int channel, std::uint8_t* out,
                         std::ptrdiff_t stride_bytes, ThreadPool* pool = nullptr);

}  // namespace denoiseae
