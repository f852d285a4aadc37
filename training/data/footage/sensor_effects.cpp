// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/sensor_effects.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace denoiseae {

namespace {

/// Returns deviates that vary slowly over the pixels.
cv::Mat coarse_deviates(cv::Size size, double sigma, double blur_px, std::uint64_t seed) {
  // Blurs this wide cost less on a small picture.
  const int step = std::max(1, static_cast<int>(blur_px / 2));
  const cv::Size reduced((size.width + step - 1) / step + 1, (size.height + step - 1) / step + 1);
  cv::Mat field = deviates(reduced, 1, seed);
  cv::GaussianBlur(field, field, {}, blur_px / step);
  cv::Scalar mean, deviation;
  cv::meanStdDev(field, mean, deviation);
  field = (field - mean[0]) * (sigma / std::max(1e-6, deviation[0]));
  cv::resize(field, field, size, 0, 0, cv::INTER_LINEAR);
  return field;
}

void add(const cv::Mat& field, cv::Mat plane) {
  cv::add(plane, field, plane, cv::noArray(), CV_8U);
}

/// Adds noise that the pixels of each line share.
void add_line_noise(FramePairs& pairs, bool rows, Rng& rng) {
  const double sigma = std::exp(rng.uniform(std::log(0.7), std::log(7)));
  const bool fixed = rng.chance(0.4);
  const double chroma_part = rng.chance(0.5) ? 0 : rng.uniform(0.2, 1);
  const int planes = chroma_part > 0 ? kPlanes : 1;
  const std::uint64_t seed = rng.next();
  for (std::size_t t = 0; t < pairs.size(); ++t) {
    for (int p = 0; p < planes; ++p) {
      cv::Mat plane = plane_of(pairs[t].noisy, p);
      const cv::Size across = rows ? cv::Size(1, plane.rows) : cv::Size(plane.cols, 1);
      const std::uint64_t of_frame = seed + (fixed ? 0 : t * kPlanes);
      const cv::Mat line = deviates(across, p == 0 ? sigma : sigma * chroma_part, of_frame + p);
      cv::Mat field;
      cv::repeat(line, rows ? 1 : plane.rows, rows ? plane.cols : 1, field);
      add(field, plane);
    }
  }
}

void copy_planes(const cv::Mat& from, const cv::Mat& to, int first, int end) {
  for (int p = first; p < end; ++p) {
    cv::Mat plane = plane_of(to, p);
    plane_of(from, p).copyTo(plane);
  }
}

}  // namespace

cv::Mat deviates(cv::Size size, double sigma, std::uint64_t seed) {
  cv::Mat result(size, CV_32FC1);
  // Equal parts of neighbouring seeds would show, and from 0 comes nothing but 0.
  cv::RNG(Random(seed).next() | 1).fill(result, cv::RNG::NORMAL, 0, sigma);
  return result;
}

std::vector<double> gain_jump(int frames, Rng& rng) {
  const int at = rng.between(1, std::max(1, frames - 1));
  const double gain = std::exp(rng.uniform(std::log(0.2), std::log(5)));
  std::vector<double> gains(static_cast<std::size_t>(frames), 1);
  for (int t = at; t < frames; ++t) gains[static_cast<std::size_t>(t)] = gain;
  return gains;
}

void row_noise(FramePairs& pairs, Rng& rng) { add_line_noise(pairs, true, rng); }
void column_noise(FramePairs& pairs, Rng& rng) { add_line_noise(pairs, false, rng); }

void hot_pixels(FramePairs& pairs, Rng& rng) {
  const cv::Size size = luma_size(pairs.front().noisy);
  const double density = std::exp(rng.uniform(std::log(1e-4), std::log(3e-3)));
  const int count = 1 + static_cast<int>(density * size.area());
  const bool demosaiced = rng.chance(0.5);  // a pixel then shines on its neighbours, in its colour
  for (int i = 0; i < count; ++i) {
    const int y = rng.below(size.height);
    const int x = rng.below(size.width);
    const cv::Point at(x, y);
    const double strength = rng.uniform(20, 200);
    const double u = rng.uniform(-0.4, 0.4) * strength, v = rng.uniform(-0.4, 0.4) * strength;
    for (FramePair& pair : pairs) {
      const auto brighten = [&](int plane, cv::Point place, double by) {
        cv::Mat codes = plane_of(pair.noisy, plane);
        if (!cv::Rect({0, 0}, codes.size()).contains(place)) return;
        std::uint8_t& code = codes.at<std::uint8_t>(place);
        code = cv::saturate_cast<std::uint8_t>(code + by);
      };
      brighten(0, at, strength);
      if (!demosaiced) continue;
      for (const cv::Point side : {cv::Point(1, 0), cv::Point(-1, 0), {0, 1}, {0, -1}})
        brighten(0, at + side, strength / 2);
      brighten(1, at / 2, u);
      brighten(2, at / 2, v);
    }
  }
}

void fixed_pattern(FramePairs& pairs, Rng& rng) {
  const double sigma = rng.uniform(0.5, 5);
  const double blur_px = rng.chance(0.5) ? 0 : rng.uniform(0.5, 2);
  const std::uint64_t seed = rng.next();
  const cv::Size size = luma_size(pairs.front().noisy);
  cv::Mat pattern = deviates(size, sigma, seed);
  if (blur_px > 0) {
    cv::GaussianBlur(pattern, pattern, {}, blur_px);
    pattern *= 2 * blur_px + 1;  // about what the blur took
  }
  for (FramePair& pair : pairs) add(pattern, plane_of(pair.noisy, 0));
}

void chroma_blotches(FramePairs& pairs, Rng& rng) {
  const double sigma = std::exp(rng.uniform(std::log(1), std::log(9)));
  const double blur_px = rng.uniform(1, 8);
  const bool fixed = rng.chance(0.15);
  const std::uint64_t seed = rng.next();
  for (std::size_t t = 0; t < pairs.size(); ++t) {
    for (int p = 1; p < kPlanes; ++p) {
      const cv::Mat plane = plane_of(pairs[t].noisy, p);
      const std::uint64_t of_frame = seed + (fixed ? 0 : t * kPlanes);
      add(coarse_deviates(plane.size(), sigma, blur_px, of_frame + p), plane);
    }
  }
}

void clean_luma(FramePairs& pairs, Rng&) {
  for (FramePair& pair : pairs) copy_planes(pair.clean, pair.noisy, 0, 1);
}

void clean_chroma(FramePairs& pairs, Rng&) {
  for (FramePair& pair : pairs) copy_planes(pair.clean, pair.noisy, 1, kPlanes);
}

}  // namespace denoiseae
