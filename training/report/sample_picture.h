// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes pictures of network planes, for people to look at.
#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <span>

#include "layout/tensor_view.h"
#include "net/architectures.h"

namespace denoiseae {

/// Returns 8UC3 (BGR) at full size from the first kPackedChannels channels of packed planes, chroma
/// interpolated. The domain luma gives 8UC1 from one channel, 8UC3 from R, G, B. Values are rounded
/// and clamped.
cv::Mat picture_of_planes(const TensorView& planes, InputRepresentation domain);

/// Writes the grid noisy / output / sharpened / clean of a batch. input, output, target: count
/// samples of size x size as the samplers and networks of the domain lay them out. Throws
/// unreadable.
void write_sample_picture(const std::filesystem::path& png, InputRepresentation domain, int size,
                          int count, std::span<const float> input, std::span<const float> output,
                          std::span<const float> target);

}  // namespace denoiseae
