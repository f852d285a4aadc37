// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/sampler.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "data/crop.h"
#include "data/looks.h"
#include "data/mat_frame.h"
#include "data/motion.h"
#include "data/sources.h"
#include "frame/pack.h"
#include "frame/pack_picture.h"
#include "noise/models.h"
#include "noise/noise_map.h"

namespace denoiseae {

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
  check(settings.frames >= 1 && settings.frames <= (packed ? kMaxFrames : 1),
        "the domain packed_yuv420 has sequences of 1 ... " + std::to_string(kMaxFrames) +
            " frames, luma of 1",
        settings.frames);
  check(settings.depth == 1 || settings.depth == 3, "depth must be 1 or 3", settings.depth);
  for (const double share :
       {settings.gray_share, settings.limited_range_share, settings.half_size_share,
        settings.equal_chroma_share, settings.clip_share})
    check(share >= 0 && share <= 1, "a share must be 0 ... 1", share);
  check(settings.level_error >= 0 && settings.level_error <= 1, "level error must be 0 ... 1",
        settings.level_error);
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

/// Whether the next frames of a clip follow a picture.
bool starts_clip(const PictureSet& pictures, std::size_t first, int frames) {
  if (frames == 1 || pictures[first].clip < 0) return false;
  for (int t = 1; t < frames; ++t) {
    const std::size_t i = first + static_cast<std::size_t>(t);
    if (i >= pictures.size() || pictures[i].clip != pictures[first].clip ||
        pictures[i].frame != pictures[first].frame + t ||
        pictures[i].pixels.size() != pictures[first].pixels.size() ||
        pictures[i].pixels.type() != pictures[first].pixels.type())
      return false;
  }
  return true;
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

void round_and_clip(std::span<float> samples_0_1) {
  for (float& sample : samples_0_1)
    sample = std::floor(std::clamp(sample, 0.0f, 1.0f) * 255.0f + 0.5f) / 255.0f;
}

/// The mean of U and V, 0 ... 255.
double mean_chroma_code(const PlanesView& planes) {
  double sum = 0;
  for (std::size_t i = 0; i < planes.size(); i += planes.channels)
    sum += planes.data[i + 4] + planes.data[i + 5];
  const auto samples = 2.0 * static_cast<double>(planes.width) * planes.height;
  return (sum / samples + 0.5) * 255;
}

/// As an estimate might be that is wrong by some part.
NoiseCurve mistaken(const NoiseCurve& curve, double level_error, Dice& dice) {
  if (level_error == 0) return curve;
  const double factor = std::exp(dice.uniform(-level_error, level_error));
  NoiseCurve result = curve;
  result.slope *= factor * factor;
  result.offset *= factor * factor;
  return result;
}

void tell(const NoiseCurve& curve, int channel, const PlanesView& planes) {
  if (curve.slope == 0) {
    fill_noise_level(planes, channel, curve.level(0));
  } else {
    fill_noise_map(planes, channel, curve, 1);
  }
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
  for (std::size_t i = 0; i < pictures.size(); ++i)
    starts_clip_.push_back(starts_clip(pictures, i, settings.frames));
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
  assert(picture < pictures_.size());
  Dice dice(seed);
  if (settings_.domain == Domain::packed_yuv420) {
    draw_packed(picture, dice, input, target);
  } else {
    draw_luma(pictures_[picture], dice, input, target);
  }
}

std::vector<cv::Mat> Sampler::clean_frames(std::size_t picture, Dice& dice) const {
  /// Less than half: smoke rises and things fall.
  constexpr double kBackwardsShare = 0.3;
  const cv::Mat& first = pictures_[picture];
  const int size = settings_.patch_px;
  const bool half =
      dice.chance(settings_.half_size_share) && first.cols >= 2 * size && first.rows >= 2 * size;
  const auto crop = [&] { return random_crop(first, size, half ? 2 : 1, dice); };
  const auto turn = [&] { return settings_.augment ? Turn(dice) : Turn(); };
  std::vector<cv::Mat> frames;
  if (settings_.frames > 1 && !starts_clip_[picture]) {
    // The canvas is turned, not the frames, so that most pans stay horizontal.
    const Turn same_turn = turn();
    frames = random_motion(
        size, settings_.frames,
        [&] { return same_turn.apply(patch_of(first, crop(), motion_reach(settings_.frames))); },
        dice);
  } else {
    const Crop same_crop = crop();
    const Turn same_turn = turn();
    for (int t = 0; t < settings_.frames; ++t) {
      const cv::Mat& frame = pictures_[picture + static_cast<std::size_t>(t)];
      frames.push_back(same_turn.apply(patch_of(frame, same_crop)));
    }
    if (frames.size() > 1 && dice.chance(kBackwardsShare))
      std::reverse(frames.begin(), frames.end());
  }
  if (settings_.augment) {
    const Recoloring recoloring(dice, first.channels() == 3);
    for (cv::Mat& frame : frames) frame = recoloring.apply(frame);
  }
  return frames;
}

void Sampler::draw_packed(std::size_t picture, Dice& dice, const PlanesView& input,
                          const PlanesView& target) const {
  const std::vector<cv::Mat> frames = clean_frames(picture, dice);
  const bool gray = dice.chance(settings_.gray_share) || frames.front().channels() == 1;
  const bool limited_range = dice.chance(settings_.limited_range_share);
  const NoiseRange& range = settings_.noise[dice.pick(noise_share_)];
  NoiseStep luma{range.model, dice.uniform(range.min_level, range.max_level),
                 dice.chance(settings_.clip_share), dice.next()};
  NoiseStep chroma = luma;
  chroma.level *= dice.chance(settings_.equal_chroma_share) ? 1.0 : dice.uniform(0.2, 1.0);
  chroma.seed = dice.next();
  PlanesView noisy = input, clean = target;
  double chroma_code = 0;
  for (const cv::Mat& frame : frames) {
    pack_yuv420(const_view_of(frame), clean);
    if (gray) clear_chroma(clean);
    if (limited_range) limit_range(clean);
    chroma_code += mean_chroma_code(clean) / static_cast<double>(frames.size());
    add_plane_noise(luma, 0, 4, noisy, clean);
    if (gray) {
      clear_chroma(noisy);
    } else {
      add_plane_noise(chroma, 4, 2, noisy, clean);
    }
    ++luma.seed;
    ++chroma.seed;
    noisy.data += noisy.size();
    clean.data += clean.size();
  }
  // The colour of the sample is all that says how noisy its chroma is.
  const double chroma_variance = noise_curve(chroma.model, chroma.level).variance(chroma_code);
  fill_maps(noise_curve(luma.model, luma.level), {.offset = gray ? 0 : chroma_variance}, dice,
            input);
}

void Sampler::fill_maps(const NoiseCurve& luma, const NoiseCurve& chroma, Dice& dice,
                        PlanesView input) const {
  const NoiseCurve told_luma = mistaken(luma, settings_.level_error, dice);
  const NoiseCurve told_chroma = mistaken(chroma, settings_.level_error, dice);
  for (int t = 0; t < settings_.frames; ++t) {
    tell(told_luma, kLumaNoiseChannel, input);
    tell(told_chroma, kChromaNoiseChannel, input);
    input.data += input.size();
  }
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
