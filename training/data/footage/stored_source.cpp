// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/stored_source.h"

#include <opencv2/imgproc.hpp>

#include "data/footage/sensor_effects.h"
#include "data/jpeg_planes.h"

namespace denoiseae {

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
      cv::Mat field = deviates(frame.size(), sigma, seed + (same_in_all ? 0 : t));
      cv::GaussianBlur(field, field, {}, blur_px);
      if (frame.channels() == 3) cv::merge(std::vector<cv::Mat>(3, field), field);
      cv::add(frame, field, frame, cv::noArray(), CV_8U);
    }
    frame = through_jpeg(frame, quality);
  }
}

}  // namespace denoiseae
