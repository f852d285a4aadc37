// SPDX-License-Identifier: LGPL-2.1-or-later
#include "report/sample_picture.h"

#include <iomanip>
#include <sstream>
#include <vector>

#include "denoiseae/metrics.h"
#include "frame/color.h"
#include "frame/interpolate_row.h"
#include "frame/pixel_parts.h"
#include "frame/subtract.h"
#include "report/picture_grid.h"

namespace denoiseae {

cv::Mat picture_of_planes(const TensorView& planes, InputRepresentation domain) {
  if (domain == InputRepresentation::luma && planes.channels == 3) {
    cv::Mat picture(planes.height, planes.width, CV_8UC3);
    for (int y = 0; y < picture.rows; ++y) {
      const float* rgb = row_of(planes, y);
      for (int x = 0; x < picture.cols; ++x, rgb += 3) {
        picture.at<cv::Vec3b>(y, x) = {unit_to_code(rgb[2]), unit_to_code(rgb[1]),
                                       unit_to_code(rgb[0])};
      }
    }
    return picture;
  }
  if (domain == InputRepresentation::luma) {
    cv::Mat picture(planes.height, planes.width, CV_8UC1);
    for (int y = 0; y < picture.rows; ++y) {
      for (int x = 0; x < picture.cols; ++x) {
        picture.at<std::uint8_t>(y, x) =
            unit_to_code(row_of(planes, y)[static_cast<std::ptrdiff_t>(x) * planes.channels]);
      }
    }
    return picture;
  }
  cv::Mat picture(2 * planes.height, 2 * planes.width, CV_8UC3);
  for (int y = 0; y < picture.rows; ++y) {
    for_parts(0, picture.cols, [&](int first, int count) {
      YCbCrPart part;
      load_packed_luma(row_of(planes, y / 2), planes.channels, y, first, count, part.y);
      interpolate_row(planes, 4, y, first, count, part.cb);
      interpolate_row(planes, 5, y, first, count, part.cr);
      for (int i = 0; i < count; ++i) {
        const Rgb c = to_rgb({part.y[i] + 0.5f, part.cb[i], part.cr[i]});
        picture.at<cv::Vec3b>(y, first + i) = {unit_to_code(c.b), unit_to_code(c.g),
                                               unit_to_code(c.r)};
      }
    });
  }
  return picture;
}

void write_sample_picture(const std::filesystem::path& png, InputRepresentation domain, int size,
                          int count, std::span<const float> input, std::span<const float> output,
                          std::span<const float> target) {
  const bool packed = domain == InputRepresentation::packed_yuv420;
  const std::size_t positions = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
  const std::size_t in_channels = input.size() / (positions * static_cast<std::size_t>(count));
  const std::size_t channels = target.size() / (positions * static_cast<std::size_t>(count));
  GridRow noisy{"noisy", {}, {}};
  GridRow denoised{"output", {}, {}};
  GridRow sharp{"sharpened", {}, {}};
  GridRow clean{"clean", {}, {}};
  std::vector<float> in(positions * channels);
  std::vector<float> out(positions * channels);
  std::vector<float> truth(positions * channels);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    for (std::size_t p = 0; p < positions; ++p) {
      for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t at = p * channels + c;
        const float result = output[i * out.size() + at];
        const float wanted = target[i * truth.size() + at];
        in[at] = input[(i * positions + p) * in_channels + c];
        out[at] = packed ? in[at] - result : result;
        truth[at] = packed ? in[at] - wanted : wanted;
      }
    }
    const auto picture = [&](std::vector<float>& values) {
      return picture_of_planes({values.data(), static_cast<int>(channels), size, size}, domain);
    };
    const auto caption = [&](const std::vector<float>& values) {
      std::ostringstream text;
      text << std::fixed << std::setprecision(2) << psnr(values, truth) << " dB";
      return text.str();
    };
    noisy.pictures.push_back(picture(in));
    noisy.captions.push_back(caption(in));
    denoised.pictures.push_back(picture(out));
    denoised.captions.push_back(caption(out));
    sharp.pictures.push_back(sharpened(denoised.pictures.back()));
    clean.pictures.push_back(picture(truth));
  }
  const GridRow rows[] = {noisy, denoised, sharp, clean};
  write_png(png, compose_grid(rows));
}

}  // namespace denoiseae
