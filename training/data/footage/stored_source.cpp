// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/stored_source.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace denoiseae {

namespace {

/// Returns soft noise, 32FC1, of the standard deviation sigma before it is blurred to about half.
cv::Mat grain(cv::Size size, double sigma, double blur_px, std::uint64_t seed) {
  cv::Mat field(size, CV_32FC1);
  cv::RNG(seed | 1).fill(field, cv::RNG::NORMAL, 0, sigma);  // 0 would give nothing but 0
  cv::GaussianBlur(field, field, {}, blur_px);
  return field;
}

cv::Mat through_jpeg(const cv::Mat& frame, int quality) {
  std::vector<std::uint8_t> file;
  cv::imencode(".jpg", frame, file, {cv::IMWRITE_JPEG_QUALITY, quality});
  return cv::imdecode(file, frame.channels() == 1 ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR);
}

}  // namespace

void stored_source(CleanFrames& frames, Rng& rng) {
  constexpr double kGrainShare = 0.6;
  const double sigma = rng.chance(kGrainShare) ? rng.uniform(0.5, 6) : 0;
  const double blur_px = rng.uniform(0.5, 1);
  const bool same_in_all = rng.chance(0.5);
  const int quality = rng.between(55, 95);
  const std::uint64_t seed = rng.next();
  for (std::size_t t = 0; t < frames.size(); ++t) {
    cv::Mat& frame = frames[t];
    if (sigma > 0) {
      cv::Mat field =
          grain(frame.size(), sigma, blur_px, Random(seed + (same_in_all ? 0 : t)).next());
      if (frame.channels() == 3) cv::merge(std::vector<cv::Mat>(3, field), field);
      cv::add(frame, field, frame, cv::noArray(), CV_8U);
    }
    frame = through_jpeg(frame, quality);
  }
}

}  // namespace denoiseae
