// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames and pairs for tests of footage.
#pragma once

#include <cstdint>
#include <functional>
#include <opencv2/imgproc.hpp>

#include "data/footage/frame_pair.h"
#include "data/footage/light_effects.h"
#include "data/rng.h"

namespace denoiseae::test {

inline constexpr int kPairWidth = 64;
inline constexpr int kPairHeight = 48;

inline bool equal(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

inline cv::Mat smooth_picture(int height, int width, int channels, cv::RNG& rng) {
  cv::Mat picture(height, width, CV_8UC(channels));
  rng.fill(picture, cv::RNG::UNIFORM, 0, 256);
  cv::GaussianBlur(picture, picture, {}, 3);
  picture.convertTo(picture, -1, 4, -3 * 128);
  return picture;
}

/// Pictures with a noise of 5 codes. Each pair has a picture of its own.
inline FramePairs some_pairs(int count, std::uint64_t seed = 1) {
  cv::RNG rng(seed);
  FramePairs pairs;
  for (int t = 0; t < count; ++t) {
    const cv::Mat clean = smooth_picture(kPairHeight / 2 * 3, kPairWidth, 1, rng);
    cv::Mat noise(clean.size(), CV_32FC1), noisy;
    rng.fill(noise, cv::RNG::NORMAL, 0, 5);
    cv::add(clean, noise, noisy, cv::noArray(), CV_8U);
    pairs.push_back({noisy, clean});
  }
  return pairs;
}

inline FramePairs copy_of(const FramePairs& pairs) {
  FramePairs copy;
  for (const FramePair& pair : pairs) copy.push_back({pair.noisy.clone(), pair.clean.clone()});
  return copy;
}

/// Frames that all show one picture.
inline CleanFrames still_frames(int count, int channels) {
  cv::RNG rng(3);
  const cv::Mat picture = smooth_picture(kPairHeight, kPairWidth, channels, rng);
  CleanFrames frames;
  for (int t = 0; t < count; ++t) frames.push_back(picture.clone());
  return frames;
}

/// Tries an effect with many seeds. check: gets the pairs before and after.
inline void try_effect(
    const std::function<void(FramePairs&, Rng&)>& effect,
    const std::function<void(const FramePairs& before, const FramePairs& after)>& check) {
  const FramePairs before = some_pairs(4);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    FramePairs after = copy_of(before);
    Rng rng(seed);
    effect(after, rng);
    check(before, after);
  }
}

}  // namespace denoiseae::test
