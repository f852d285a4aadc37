// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>

namespace denoiseae {

/// Writes a grid with a row for each effect of footage and for each encoder at its best and its
/// worst quality: noisy frames of a panning sequence, then clean ones. photograph: 8UC1 or 8UC3, of
/// any size. Throws unreadable.
void write_effect_picture(const std::filesystem::path& png, const cv::Mat& photograph,
                          std::uint64_t seed);

}  // namespace denoiseae
