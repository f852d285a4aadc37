// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/camera_effects.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <opencv2/imgproc.hpp>

namespace denoiseae {

namespace {

/// Changes planes first ... end - 1 of the noisy and the clean picture of each pair.
void change_planes(FramePairs& pairs, int first, int end,
                   const std::function<void(cv::Mat& plane, int number)>& change) {
  for (FramePair& pair : pairs) {
    for (const cv::Mat& picture : {pair.noisy, pair.clean}) {
      for (int p = first; p < end; ++p) {
        cv::Mat plane = plane_of(picture, p);
        cv::Mat changed = plane;
        change(changed, p);
        if (changed.data != plane.data) changed.copyTo(plane);
      }
    }
  }
}

/// The share of a difference that a recursive average keeps, by the size of the difference.
class KeptShare {
 public:
  /// slowness: 0 ... 1, the share of the past in what does not move.
  KeptShare(double slowness, double threshold) {
    for (int d = 0; d < 256; ++d)
      share_[d] = static_cast<float>(1 - slowness * std::exp(-std::pow(d / threshold, 2)));
  }
  float operator()(float difference) const {
    return share_[static_cast<int>(std::abs(difference))];
  }

 private:
  std::array<float, 256> share_;
};

void average(cv::Mat picture, cv::Mat& past, const KeptShare& kept) {
  for (int y = 0; y < picture.rows; ++y) {
    auto* codes = picture.ptr<std::uint8_t>(y);
    auto* means = past.ptr<float>(y);
    for (int x = 0; x < picture.cols; ++x) {
      const float difference = static_cast<float>(codes[x]) - means[x];
      means[x] += kept(difference) * difference;
      codes[x] = cv::saturate_cast<std::uint8_t>(means[x]);
    }
  }
}

int to_even(double value) { return 2 * static_cast<int>(std::lround(value / 2)); }

}  // namespace

void median_reduction(FramePairs& pairs, Rng& rng) {
  const double share = rng.uniform(0.3, 1);
  const bool chroma_alone = rng.chance(0.3);
  change_planes(pairs, chroma_alone ? 1 : 0, kPlanes, [&](cv::Mat& plane, int) {
    cv::Mat filtered;
    cv::medianBlur(plane, filtered, 3);
    cv::addWeighted(filtered, share, plane, 1 - share, 0, plane);
  });
}

void bilateral_reduction(FramePairs& pairs, Rng& rng) {
  const double code_sigma = rng.uniform(4, 30);
  const double pixel_sigma = rng.uniform(0.7, 2);
  change_planes(pairs, 0, kPlanes, [&](cv::Mat& plane, int) {
    const cv::Mat before = plane.clone();
    cv::bilateralFilter(before, plane, 5, code_sigma, pixel_sigma);
  });
}

void chroma_reduction(FramePairs& pairs, Rng& rng) {
  const double blur_px = rng.uniform(0.6, 2.5);
  change_planes(pairs, 1, kPlanes, [&](cv::Mat& plane, int) {
    cv::GaussianBlur(plane, plane, {}, blur_px, 0, cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
  });
}

void temporal_reduction(FramePairs& pairs, Rng& rng) {
  const double threshold = rng.uniform(3, 15);
  const KeptShare kept(rng.uniform(0.2, 0.8), threshold);
  cv::Mat noisy_past, clean_past;
  pairs.front().noisy.convertTo(noisy_past, CV_32F);
  pairs.front().clean.convertTo(clean_past, CV_32F);
  for (FramePair& pair : pairs) {
    average(pair.noisy, noisy_past, kept);
    average(pair.clean, clean_past, kept);
  }
}

void sharpening(FramePairs& pairs, Rng& rng) {
  const double amount = rng.uniform(0.2, 1.5);
  const double blur_px = rng.uniform(0.7, 2);
  change_planes(pairs, 0, 1, [&](cv::Mat& plane, int) {
    cv::Mat smooth;
    cv::GaussianBlur(plane, smooth, {}, blur_px, 0, cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
    cv::addWeighted(plane, 1 + amount, smooth, -amount, 0, plane);
  });
}

void enlargement(FramePairs& pairs, Rng& rng) {
  constexpr std::array kWays = {cv::INTER_NEAREST, cv::INTER_LINEAR, cv::INTER_CUBIC,
                                cv::INTER_LANCZOS4};
  const cv::Size size = luma_size(pairs.front().noisy);
  const double scale = 1 / rng.uniform(1.1, 2);
  const int way = kWays[rng.below(kWays.size())];
  const cv::Size inner(to_even(size.width * scale), to_even(size.height * scale));
  const int y = to_even(rng.uniform(0, size.height - inner.height));
  const int x = to_even(rng.uniform(0, size.width - inner.width));
  const cv::Point at(x, y);
  change_planes(pairs, 0, kPlanes, [&](cv::Mat& plane, int number) {
    const cv::Mat part = plane(in_plane({at, inner}, number)).clone();
    cv::resize(part, plane, plane.size(), 0, 0, way);
  });
}

void reduction(FramePairs& pairs, Rng& rng) {
  constexpr std::array kWays = {cv::INTER_AREA, cv::INTER_LINEAR, cv::INTER_CUBIC};
  const cv::Size size = luma_size(pairs.front().noisy);
  const double scale = rng.uniform(0.55, 0.95);
  const int way = kWays[rng.below(kWays.size())];
  const cv::Size inner(to_even(size.width * scale), to_even(size.height * scale));
  change_planes(pairs, 0, kPlanes, [&](cv::Mat& plane, int number) {
    cv::Mat reduced;
    cv::resize(plane, reduced, in_plane({{0, 0}, inner}, number).size(), 0, 0, way);
    cv::copyMakeBorder(reduced, plane, 0, plane.rows - reduced.rows, 0, plane.cols - reduced.cols,
                       cv::BORDER_REFLECT);
  });
}

}  // namespace denoiseae
