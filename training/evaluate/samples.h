// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames as numbers, to which noise is added and on which quality is measured.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/noise.h>

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace denoiseae {

/// The range of luma and colour differences: 0 ... 255, or 16 ... 235 and 16 ... 240 as in most
/// video. RGB formats are always full.
enum class CodeRange { full, limited };

/// The components of a frame, scaled to 0 ... 1, rows without padding. The values need be neither
/// codes nor within the range.
struct Samples {
  PixelFormat format = PixelFormat::gray8;
  int width = 0;
  int height = 0;
  std::array<std::vector<float>, 3> component;
};

Samples to_samples(const ConstFrameView& frame);
/// Rounds half up and clamps.
Frame to_frame(const Samples& samples);

/// Converts a picture of 8UC1 or 8UC3 BGR to a frame of a format, by BT.601 for YUV and gray.
Frame frame_of_picture(const cv::Mat& picture, PixelFormat format,
                       CodeRange range = CodeRange::full);
/// Converts a frame to 8UC1 for gray formats, and to BGR for the others.
cv::Mat picture_of_frame(const ConstFrameView& frame, CodeRange range = CodeRange::full);

/// Adds independent noise to all components. index: numbers the pictures of a set.
void add_noise(Samples& samples, NoiseModel model, double level, std::uint64_t seed,
               std::uint64_t index);

struct Quality {
  double psnr = 0;  ///< dB
  double ssim = 0;
};

/// Measures the PSNR of luma, or of all three components for RGB formats.
double measure_psnr(const Samples& clean, const Samples& other);
/// Measures PSNR, and the SSIM of luma, or its mean over the components for RGB formats.
Quality measure(const Samples& clean, const Samples& other);
/// Measures the two colour differences. Throws unsupported_format for formats other than YUV.
Quality measure_chroma(const Samples& clean, const Samples& other);

}  // namespace denoiseae
