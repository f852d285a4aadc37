// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/sampler.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>

#include "data/mat_frame.h"
#include "data/sources.h"
#include "frame/pack.h"
#include "frame/pack_picture.h"
#include "noise/random.h"

namespace denoiseae {

/// The choices of one sample.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::uint64_t next() { return random_.next(); }
  double uniform(double low, double high) { return low + (high - low) * random_.uniform(); }
  bool chance(double probability) { return random_.uniform() < probability; }
  int below(int count) { return static_cast<int>(random_.uniform() * count); }
  std::size_t pick(const std::vector<double>& running_share) {
    const auto it = std::upper_bound(running_share.begin(), running_share.end(), random_.uniform());
    return std::min(static_cast<std::size_t>(it - running_share.begin()), running_share.size() - 1);
  }

 private:
  Random random_;
};

namespace {

void check(bool ok, const std::string& rule, double found) {
  if (!ok)
    throw Error(ErrorCode::bad_argument,
                "training samples: " + rule + ", found " + std::to_string(found));
}

void check_settings(const SampleSettings& settings) {
  const bool packed = settings.domain == Domain::packed_yuv420;
  check(settings.patch_px >= 2 && settings.patch_px <= 4096, "patch size must be 2 ... 4096",
        settings.patch_px);
  check(!packed || settings.patch_px % 2 == 0, "patch size must be even", settings.patch_px);
  check(settings.depth == 1 || settings.depth == 3, "depth must be 1 or 3", settings.depth);
  for (const double share :
       {settings.gray_share, settings.limited_range_share, settings.half_size_share,
        settings.equal_chroma_share, settings.clip_share})
    check(share >= 0 && share <= 1, "a share must be 0 ... 1", share);
  check(!settings.noise.empty(), "at least one kind of noise is needed", 0);
  for (const NoiseRange& range : settings.noise) {
    const NoiseModelInfo& info = noise_model_info(range.model);
    const std::string limits = "levels of " + std::string(info.name) + " noise must be 0 ... " +
                               std::to_string(info.max_level) + ", smallest first";
    check(range.min_level >= 0 && range.min_level <= range.max_level, limits, range.min_level);
    check(range.max_level <= info.max_level, limits, range.max_level);
    check(std::isfinite(range.weight) && range.weight > 0, "the weight of a noise must be above 0",
          range.weight);
  }
}

std::vector<double> running_share(std::vector<double> weights) {
  double sum = 0;
  for (double& weight : weights) weight = sum += weight;
  for (double& weight : weights) weight /= sum;
  return weights;
}

/// Mirrors a picture at its edges until it holds a patch.
cv::Mat at_least(const cv::Mat& picture, int size) {
  const int right = std::max(0, size - picture.cols);
  const int bottom = std::max(0, size - picture.rows);
  if (right == 0 && bottom == 0) return picture;
  cv::Mat larger;
  cv::copyMakeBorder(picture, larger, 0, bottom, 0, right, cv::BORDER_REFLECT);
  return larger;
}

/// The picture as the domain luma takes it: of its size, and gray unless colour is wanted.
cv::Mat square_of(const cv::Mat& picture, const SampleSettings& settings) {
  if (settings.depth == 1 || picture.channels() == 1) return of_size(picture, settings.patch_px);
  std::vector<cv::Mat> channels;
  cv::split(picture, channels);
  for (cv::Mat& channel : channels) channel = of_size(channel, settings.patch_px);
  cv::Mat result;
  cv::merge(channels, result);
  return result;
}

/// One of the eight ways to lay a square.
cv::Mat turned(cv::Mat patch, Dice& dice) {
  const int way = dice.below(8);
  // A result of its own at each step: OpenCV would turn in place, in the picture.
  if (way & 4) {
    cv::Mat transposed;
    cv::transpose(patch, transposed);
    patch = transposed;
  }
  if (way & 3) {
    cv::Mat flipped;
    cv::flip(patch, flipped, (way & 3) - 2);
    patch = flipped;
  }
  return patch;
}

/// Other light and colours for half of the patches; small, for the statistics of real pictures are
/// what the network should learn.
cv::Mat recolored(cv::Mat patch, Dice& dice) {
  if (patch.channels() == 3 && dice.chance(0.1)) {
    constexpr std::array<std::array<int, 6>, 5> kOrders = {{{0, 0, 1, 2, 2, 1},
                                                            {0, 1, 1, 0, 2, 2},
                                                            {0, 1, 1, 2, 2, 0},
                                                            {0, 2, 1, 0, 2, 1},
                                                            {0, 2, 1, 1, 2, 0}}};
    cv::Mat shuffled(patch.size(), patch.type());
    cv::mixChannels({patch}, {shuffled}, kOrders[dice.below(5)].data(), 3);
    patch = shuffled;
  }
  if (dice.chance(0.5)) return patch;
  const double gamma = std::exp(dice.uniform(-0.25, 0.25));
  const double contrast = dice.uniform(0.8, 1.1);
  const double brightness = dice.uniform(-0.05, 0.05);
  cv::Mat curve(1, 256, CV_8UC1);
  for (int i = 0; i < 256; ++i) {
    const double value = contrast * (std::pow(i / 255.0, gamma) - 0.5) + 0.5 + brightness;
    curve.at<std::uint8_t>(i) = cv::saturate_cast<std::uint8_t>(255 * value);
  }
  cv::Mat result;
  cv::LUT(patch, curve, result);
  return result;
}

/// The picture seen a little differently: mirrored, shifted, tilted, larger or smaller, in another
/// light. For networks that take whole pictures, where a quarter turn would make no picture of the
/// set.
cv::Mat varied(const cv::Mat& picture, Dice& dice) {
  constexpr double kTiltDegrees = 5;
  constexpr double kShift = 0.04;
  const double side = picture.cols;
  const cv::Point2f middle(static_cast<float>(side / 2), static_cast<float>(picture.rows / 2.0));
  cv::Mat map = cv::getRotationMatrix2D(middle, dice.uniform(-kTiltDegrees, kTiltDegrees),
                                        dice.uniform(0.95, 1.1));
  map.at<double>(0, 2) += side * dice.uniform(-kShift, kShift);
  map.at<double>(1, 2) += side * dice.uniform(-kShift, kShift);
  cv::Mat moved;
  cv::warpAffine(picture, moved, map, picture.size(), cv::INTER_CUBIC, cv::BORDER_REFLECT);
  if (dice.chance(0.5)) cv::flip(moved.clone(), moved, 1);
  return recolored(moved, dice);
}

void round_and_clip(std::span<float> samples_0_1) {
  for (float& sample : samples_0_1)
    sample = std::floor(std::clamp(sample, 0.0f, 1.0f) * 255.0f + 0.5f) / 255.0f;
}

struct NoiseStep {
  NoiseModel model;
  double level;
  bool clip;
  std::uint64_t seed;
};

/// Turns the clean channels [first, first + count) of target into noise, and writes the noisy ones
/// to input.
void add_plane_noise(const NoiseStep& step, int first, int count, const PlanesView& input,
                     const PlanesView& target) {
  thread_local std::vector<float> noisy;
  const std::size_t positions = target.size() / target.channels;
  noisy.resize(positions * count);
  for (std::size_t i = 0; i < positions; ++i)
    for (int c = 0; c < count; ++c)
      noisy[i * count + c] = target.data[i * target.channels + first + c] + 0.5f;
  add_noise(noisy, step.model, step.level, step.seed);
  if (step.clip) round_and_clip(noisy);
  for (std::size_t i = 0; i < positions; ++i) {
    for (int c = 0; c < count; ++c) {
      const float value = noisy[i * count + c] - 0.5f;
      float& clean = target.data[i * target.channels + first + c];
      input.data[i * input.channels + first + c] = value;
      clean = value - clean;
    }
  }
}

void clear_chroma(const PlanesView& planes) {
  for (std::size_t i = 0; i < planes.size(); i += planes.channels)
    planes.data[i + 4] = planes.data[i + 5] = 0;
}

/// Luma 16 ... 235 and chroma 16 ... 240 of 255, ITU-R BT.601.
void limit_range(const PlanesView& planes) {
  for (std::size_t i = 0; i < planes.size(); i += planes.channels) {
    for (int c = 0; c < 4; ++c)
      planes.data[i + c] = ((planes.data[i + c] + 0.5f) * 219 + 16) / 255 - 0.5f;
    for (int c = 4; c < 6; ++c) planes.data[i + c] *= 224.0f / 255;
  }
}

}  // namespace

Sampler::Sampler(const PictureSet& pictures, const SampleSettings& settings) : settings_(settings) {
  check_settings(settings);
  check(!pictures.empty(), "at least one picture is needed", 0);
  std::vector<double> areas;
  for (const Picture& picture : pictures) {
    const bool packed = settings.domain == Domain::packed_yuv420;
    pictures_.push_back(packed ? at_least(picture.pixels, settings.patch_px)
                               : square_of(picture.pixels, settings));
    areas.push_back(static_cast<double>(pictures_.back().total()));
  }
  picture_share_ = running_share(std::move(areas));
  std::vector<double> weights;
  for (const NoiseRange& range : settings.noise) weights.push_back(range.weight);
  noise_share_ = running_share(std::move(weights));
}

int Sampler::input_channels() const {
  return settings_.domain == Domain::packed_yuv420 ? kPackedInputChannels : settings_.depth;
}

int Sampler::target_channels() const {
  return settings_.domain == Domain::packed_yuv420 ? kPackedChannels : settings_.depth;
}

int Sampler::plane_size() const {
  return settings_.domain == Domain::packed_yuv420 ? settings_.patch_px / 2 : settings_.patch_px;
}

void Sampler::draw(std::uint64_t seed, const PlanesView& input, const PlanesView& target) const {
  Random random(seed);
  const std::size_t picture = Dice(random.next()).pick(picture_share_);
  draw(random.next(), picture, input, target);
}

void Sampler::draw(std::uint64_t seed, std::size_t picture, const PlanesView& input,
                   const PlanesView& target) const {
  assert(input.channels == input_channels() && target.channels == target_channels());
  assert(input.width == plane_size() && input.height == plane_size());
  assert(target.width == plane_size() && target.height == plane_size());
  Dice dice(seed);
  if (settings_.domain == Domain::packed_yuv420) {
    draw_packed(pictures_.at(picture), dice, input, target);
  } else {
    draw_luma(pictures_.at(picture), dice, input, target);
  }
}

void Sampler::draw_packed(const cv::Mat& picture, Dice& dice, const PlanesView& input,
                          const PlanesView& target) const {
  const int size = settings_.patch_px;
  const bool half = dice.chance(settings_.half_size_share) && picture.cols >= 2 * size &&
                    picture.rows >= 2 * size;
  const int crop = half ? 2 * size : size;
  const int x = dice.below(picture.cols - crop + 1);
  const int y = dice.below(picture.rows - crop + 1);
  cv::Mat patch = picture(cv::Rect(x, y, crop, crop));
  if (half) {
    cv::Mat smaller;
    cv::resize(patch, smaller, cv::Size(size, size), 0, 0, cv::INTER_AREA);
    patch = smaller;
  }
  if (settings_.augment) patch = recolored(turned(patch, dice), dice);
  pack_yuv420(const_view_of(patch), target);
  const bool gray = dice.chance(settings_.gray_share) || patch.channels() == 1;
  if (gray) clear_chroma(target);
  if (dice.chance(settings_.limited_range_share)) limit_range(target);

  const NoiseRange& range = settings_.noise[dice.pick(noise_share_)];
  NoiseStep step{range.model, dice.uniform(range.min_level, range.max_level),
                 dice.chance(settings_.clip_share), dice.next()};
  const double chroma_share =
      dice.chance(settings_.equal_chroma_share) ? 1.0 : dice.uniform(0.2, 1.0);
  add_plane_noise(step, 0, 4, input, target);
  fill_noise_level(input, kLumaNoiseChannel, noise_sigma_8bit(step.model, step.level));
  if (gray) {
    clear_chroma(input);
    fill_noise_level(input, kChromaNoiseChannel, 0);
    return;
  }
  step.level *= chroma_share;
  step.seed = dice.next();
  add_plane_noise(step, 4, 2, input, target);
  fill_noise_level(input, kChromaNoiseChannel, noise_sigma_8bit(step.model, step.level));
}

void Sampler::draw_luma(const cv::Mat& picture, Dice& dice, const PlanesView& input,
                        const PlanesView& target) const {
  pack_picture(const_view_of(settings_.augment ? varied(picture, dice) : picture), target);
  const NoiseRange& range = settings_.noise[dice.pick(noise_share_)];
  const double level = dice.uniform(range.min_level, range.max_level);
  const std::span<float> noisy(input.data, input.size());
  std::copy_n(target.data, target.size(), noisy.begin());
  const bool clip = dice.chance(settings_.clip_share);
  add_noise(noisy, range.model, level, dice.next());
  if (clip) round_and_clip(noisy);
}

}  // namespace denoiseae
