// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluate/samples.h"

#include <denoiseae/error.h>
#include <denoiseae/metrics.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "frame/color.h"
#include "frame/samples.h"
#include "noise/synthesis/random.h"

namespace denoiseae {
namespace {

Samples empty_samples(PixelFormat format, int width, int height) {
  const FormatInfo& info = format_info(format);
  Samples samples{format, width, height, {}};
  for (int c = 0; c < info.component_count; ++c)
    samples.component[c].resize(static_cast<std::size_t>(info.component_width(c, width)) *
                                info.component_height(c, height));
  return samples;
}

Rgb rgb_of_pixel(const cv::Mat& picture, int x, int y) {
  if (picture.channels() == 1) {
    const float value = static_cast<float>(picture.at<std::uint8_t>(y, x)) / 255;
    return {value, value, value};
  }
  const auto& bgr = picture.at<cv::Vec3b>(y, x);
  return {static_cast<float>(bgr[2]) / 255, static_cast<float>(bgr[1]) / 255,
          static_cast<float>(bgr[0]) / 255};
}

std::array<float, 3> components_of(const Rgb& rgb, ColorFamily family, CodeRange range) {
  if (family == ColorFamily::rgb) return {rgb.r, rgb.g, rgb.b};
  YCbCr ycbcr = to_ycbcr(rgb.r, rgb.g, rgb.b);
  if (range == CodeRange::limited) ycbcr = to_limited(ycbcr);
  return {ycbcr.y, ycbcr.cb + 0.5f, ycbcr.cr + 0.5f};
}

std::uint8_t to_code(float value) { return cv::saturate_cast<std::uint8_t>(255 * value); }

int measured_components(const Samples& samples) {
  return format_info(samples.format).family == ColorFamily::rgb ? 3 : 1;
}

/// Measures the components begin ... end - 1.
double psnr_of(const Samples& clean, const Samples& other, int begin, int end) {
  double mean_squared_error = 0;
  for (int c = begin; c < end; ++c) {
    mean_squared_error +=
        std::pow(10, -psnr(clean.component[c], other.component[c]) / 10) / (end - begin);
  }
  return -10 * std::log10(mean_squared_error);
}

Quality quality_of(const Samples& clean, const Samples& other, int begin, int end) {
  const FormatInfo& info = format_info(clean.format);
  double mean_ssim = 0;
  for (int c = begin; c < end; ++c) {
    mean_ssim += ssim(clean.component[c], other.component[c], info.component_width(c, clean.width),
                      info.component_height(c, clean.height)) /
                 (end - begin);
  }
  return {psnr_of(clean, other, begin, end), mean_ssim};
}

}  // namespace

Samples to_samples(const ConstFrameView& frame) {
  const FormatInfo& info = format_info(frame.format);
  const auto max_code = static_cast<float>(info.max_code());
  Samples samples = empty_samples(frame.format, frame.width, frame.height);
  for (int c = 0; c < info.component_count; ++c) {
    const auto width = static_cast<std::size_t>(info.component_width(c, frame.width));
    std::span<float> to = samples.component[c];
    for (int y = 0; y < info.component_height(c, frame.height); ++y, to = to.subspan(width))
      load_codes(frame, c, y, to.first(width));
    for (float& x : samples.component[c]) x /= max_code;
  }
  return samples;
}

Frame to_frame(const Samples& samples) {
  const FormatInfo& info = format_info(samples.format);
  const auto max_code = static_cast<float>(info.max_code());
  Frame frame(samples.format, samples.width, samples.height);
  for (int c = 0; c < info.component_count; ++c) {
    std::vector<float> codes = samples.component[c];
    for (float& x : codes) x *= max_code;
    const auto width = static_cast<std::size_t>(info.component_width(c, samples.width));
    std::span<const float> from = codes;
    for (int y = 0; y < info.component_height(c, samples.height); ++y, from = from.subspan(width))
      store_codes(frame.view(), c, y, from.first(width));
  }
  return frame;
}

Frame frame_of_picture(const cv::Mat& picture, PixelFormat format, CodeRange range) {
  const FormatInfo& info = format_info(format);
  Samples samples = empty_samples(format, picture.cols, picture.rows);
  for (int c = 0; c < info.component_count; ++c) {
    const int sub_x = info.component[c].log2_sub_x;
    const int sub_y = info.component[c].log2_sub_y;
    const int width = info.component_width(c, picture.cols);
    std::vector<int> pixels(samples.component[c].size(), 0);
    for (int y = 0; y < picture.rows; ++y) {
      for (int x = 0; x < picture.cols; ++x) {
        const std::size_t at = static_cast<std::size_t>(y >> sub_y) * width + (x >> sub_x);
        samples.component[c][at] +=
            components_of(rgb_of_pixel(picture, x, y), info.family, range)[c];
        ++pixels[at];
      }
    }
    for (std::size_t i = 0; i < pixels.size(); ++i)
      samples.component[c][i] /= static_cast<float>(pixels[i]);
  }
  return to_frame(samples);
}

cv::Mat picture_of_frame(const ConstFrameView& frame, CodeRange range) {
  const FormatInfo& info = format_info(frame.format);
  const bool gray = info.family == ColorFamily::gray;
  cv::Mat picture(frame.height, frame.width, gray ? CV_8UC1 : CV_8UC3);
  const Samples samples = to_samples(frame);
  const auto value = [&](int c, int x, int y) {
    const Component& component = info.component[c];
    return samples.component[c][static_cast<std::size_t>(y >> component.log2_sub_y) *
                                    info.component_width(c, frame.width) +
                                (x >> component.log2_sub_x)];
  };
  for (int y = 0; y < frame.height; ++y) {
    for (int x = 0; x < frame.width; ++x) {
      if (info.family == ColorFamily::rgb) {
        picture.at<cv::Vec3b>(y, x) = {to_code(value(2, x, y)), to_code(value(1, x, y)),
                                       to_code(value(0, x, y))};
        continue;
      }
      YCbCr ycbcr{value(0, x, y), 0, 0};
      if (!gray) {
        ycbcr.cb = value(1, x, y) - 0.5f;
        ycbcr.cr = value(2, x, y) - 0.5f;
      }
      if (range == CodeRange::limited) ycbcr = from_limited(ycbcr);
      if (gray) {
        picture.at<std::uint8_t>(y, x) = to_code(ycbcr.y);
      } else {
        const Rgb rgb = to_rgb(ycbcr);
        picture.at<cv::Vec3b>(y, x) = {to_code(rgb.b), to_code(rgb.g), to_code(rgb.r)};
      }
    }
  }
  return picture;
}

void add_noise(Samples& samples, NoiseModel model, double level, std::uint64_t seed,
               std::uint64_t index) {
  for (std::size_t c = 0; c < samples.component.size(); ++c)
    add_noise(samples.component[c], model, level, Random(seed, index, c).next());
}

double measure_psnr(const Samples& clean, const Samples& other) {
  return psnr_of(clean, other, 0, measured_components(clean));
}

Quality measure(const Samples& clean, const Samples& other) {
  return quality_of(clean, other, 0, measured_components(clean));
}

Quality measure_chroma(const Samples& clean, const Samples& other) {
  const FormatInfo& info = format_info(clean.format);
  if (info.family != ColorFamily::yuv) {
    throw Error(ErrorCode::unsupported_format,
                "chroma is measured of YUV formats, found " + std::string(info.name));
  }
  return quality_of(clean, other, 1, info.component_count);
}

}  // namespace denoiseae
