// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/sampler.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "data/augmentation.h"
#include "data/crop.h"
#include "data/footage/encoders.h"
#include "data/footage/footage_sample.h"
#include "data/mat_frame.h"
#include "data/motion.h"
#include "data/packed_noise.h"
#include "data/sources.h"
#include "frame/pack_picture.h"
#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

void check(bool ok, const std::string& rule, double found) {
  if (!ok)
    throw Error(ErrorCode::bad_argument,
                "training samples: " + rule + ", found " + std::to_string(found));
}

void check_footage(const SampleSettings& settings) {
  const FootageSettings& footage = settings.footage;
  for (const double share :
       {footage.share, footage.light, footage.gain, footage.sensor, footage.camera,
        footage.composition, footage.timing, footage.coded, footage.clean})
    check(share >= 0 && share <= 1, "a share must be 0 ... 1", share);
  if (footage.share == 0) return;
  check(settings.domain == InputRepresentation::packed_yuv420,
        "only the domain packed_yuv420 has footage", footage.share);
  check(settings.patch_px >= kMinCodedSize,
        "footage needs a patch size of at least " + std::to_string(kMinCodedSize),
        settings.patch_px);
  if (footage.coded > 0) encoders();  // an error now, not in the thread that draws
}

void check_settings(const SampleSettings& settings) {
  const bool packed = settings.domain == InputRepresentation::packed_yuv420;
  check(settings.patch_px >= 2 && settings.patch_px <= 4096, "patch size must be 2 ... 4096",
        settings.patch_px);
  check(!packed || settings.patch_px % 2 == 0, "patch size must be even", settings.patch_px);
  check(settings.frames >= 1 && settings.frames <= (packed ? kMaxFrames : 1),
        "the domain packed_yuv420 has sequences of 1 ... " + std::to_string(kMaxFrames) +
            " frames, luma of 1",
        settings.frames);
  check(settings.depth == 1 || settings.depth == 3, "depth must be 1 or 3", settings.depth);
  for (const double share :
       {settings.blind_share, settings.gray_share, settings.limited_range_share,
        settings.reduced_share, settings.equal_chroma_share, settings.clip_share})
    check(share >= 0 && share <= 1, "a share must be 0 ... 1", share);
  check(settings.max_reduction >= 2 && settings.max_reduction <= 16,
        "the largest reduction must be 2 ... 16", settings.max_reduction);
  check(settings.level_error >= 0 && settings.level_error <= 1, "level error must be 0 ... 1",
        settings.level_error);
  check_footage(settings);
  check(!settings.noise.empty(), "at least one kind of noise is needed", 0);
  for (const NoiseRange& range : settings.noise) {
    const double highest = max_level_of(range.kind);
    const std::string limits = "levels of " + std::string(name_of(range.kind)) +
                               " noise must be 0 ... " + std::to_string(highest) +
                               ", smallest first";
    check(range.min_level >= 0 && range.min_level <= range.max_level, limits, range.min_level);
    check(range.max_level <= highest, limits, range.max_level);
    if (const auto* camera = std::get_if<CameraNoise>(&range.kind)) {
      check(packed, "only the domain packed_yuv420 has camera noise", settings.depth);
      for (const double share : {camera->compressed_share, camera->blurred_share,
                                 camera->coarse_share, camera->one_level_share})
        check(share >= 0 && share <= 1, "a share must be 0 ... 1", share);
      check(camera->level_error >= 0 && camera->level_error <= 1, "level error must be 0 ... 1",
            camera->level_error);
    }
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

/// Returns how many frames of its clip follow each other from a picture on, itself included; at
/// most frames.
int frames_from(const PictureSet& pictures, std::size_t first, int frames) {
  if (pictures[first].clip < 0) return 1;
  int count = 1;
  for (std::size_t i = first + 1; i < pictures.size() && count < frames; ++i, ++count) {
    if (pictures[i].clip != pictures[first].clip ||
        pictures[i].frame != pictures[first].frame + count ||
        pictures[i].pixels.size() != pictures[first].pixels.size() ||
        pictures[i].pixels.type() != pictures[first].pixels.type())
      break;
  }
  return count;
}

/// Returns which of count frames frame t shows in a clip that is played forwards and backwards in
/// turn.
int to_and_fro(int t, int count) {
  const int place = t % std::max(1, 2 * (count - 1));
  return place < count ? place : 2 * (count - 1) - place;
}

/// Returns the picture as the domain luma takes it: in its size, and gray unless colour is wanted.
cv::Mat square_of(const cv::Mat& picture, const SampleSettings& settings) {
  if (settings.depth == 1 || picture.channels() == 1) return of_size(picture, settings.patch_px);
  std::vector<cv::Mat> channels;
  cv::split(picture, channels);
  for (cv::Mat& channel : channels) channel = of_size(channel, settings.patch_px);
  cv::Mat result;
  cv::merge(channels, result);
  return result;
}

/// Takes the noise levels out of the input of a sample. input: its first frame.
void hide_levels(int frames, const TensorView& input) {
  const std::size_t values = input.size() * static_cast<std::size_t>(frames);
  for (std::size_t i = 0; i < values; i += kPackedInputChannels)
    input.data[i + kLumaNoiseChannel] = input.data[i + kChromaNoiseChannel] = kBlindLevel;
}

}  // namespace

Sampler::Sampler(const PictureSet& pictures, const SampleSettings& settings) : settings_(settings) {
  check_settings(settings);
  check(!pictures.empty(), "at least one picture is needed", 0);
  std::vector<double> areas;
  for (const Picture& picture : pictures) {
    const bool packed = settings.domain == InputRepresentation::packed_yuv420;
    pictures_.push_back(packed ? at_least(picture.pixels, settings.patch_px)
                               : square_of(picture.pixels, settings));
    areas.push_back(static_cast<double>(pictures_.back().total()));
  }
  for (const Picture& picture : pictures) {
    const bool pair = !picture.noisy.empty();
    if (pair && (settings.domain != InputRepresentation::packed_yuv420 ||
                 picture.noisy.size() != picture.pixels.size() ||
                 picture.noisy.type() != picture.pixels.type()))
      throw Error(
          ErrorCode::bad_argument,
          "pairs are for the domain packed_yuv420, and both pictures have one size and type; "
          "found otherwise for " +
              picture.name);
    noisy_pictures_.push_back(pair ? at_least(picture.noisy, settings.patch_px) : cv::Mat());
  }
  for (std::size_t i = 0; i < pictures.size(); ++i)
    clip_frames_.push_back(frames_from(pictures, i, settings.frames));
  picture_share_ = running_share(std::move(areas));
  std::vector<double> weights;
  for (const NoiseRange& range : settings.noise) weights.push_back(range.weight);
  noise_share_ = running_share(std::move(weights));
}

int Sampler::input_channels() const {
  return settings_.domain == InputRepresentation::packed_yuv420 ? kPackedInputChannels
                                                                : settings_.depth;
}

int Sampler::target_channels() const {
  return settings_.domain == InputRepresentation::packed_yuv420 ? kPackedChannels : settings_.depth;
}

int Sampler::plane_size() const {
  return settings_.domain == InputRepresentation::packed_yuv420 ? settings_.patch_px / 2
                                                                : settings_.patch_px;
}

void Sampler::draw(std::uint64_t seed, const TensorView& input, const TensorView& target) const {
  Random random(seed);
  const std::size_t picture = Rng(random.next()).pick(picture_share_);
  draw(random.next(), picture, input, target);
}

void Sampler::draw(std::uint64_t seed, std::size_t picture, const TensorView& input,
                   const TensorView& target) const {
  assert(input.channels == input_channels() && target.channels == target_channels());
  assert(input.width == plane_size() && input.height == plane_size());
  assert(target.width == plane_size() && target.height == plane_size());
  assert(picture < pictures_.size());
  Rng rng(seed);
  if (settings_.domain == InputRepresentation::packed_yuv420) {
    draw_packed(picture, rng, input, target);
    if (settings_.blind_share > 0 && rng.chance(settings_.blind_share))
      hide_levels(settings_.frames, input);
  } else {
    draw_luma(pictures_[picture], rng, input, target);
  }
}

int Sampler::draw_reduction(const cv::Mat& picture, Rng& rng) const {
  const int size = settings_.patch_px;
  const int most = std::min({settings_.max_reduction, picture.cols / size, picture.rows / size});
  if (!rng.chance(settings_.reduced_share) || most < 2) return 1;
  return most == 2 ? 2 : 2 + rng.below(most - 1);
}

std::vector<cv::Mat> Sampler::clean_frames(std::size_t picture, int count, Rng& rng) const {
  /// This is less than half, because smoke rises and things fall.
  constexpr double kBackwardsShare = 0.3;
  const cv::Mat& first = pictures_[picture];
  const int size = settings_.patch_px;
  const int reduction = draw_reduction(first, rng);
  const auto crop = [&] { return random_crop(first, size, reduction, rng); };
  const auto dihedral = [&] { return settings_.augment ? Dihedral(rng) : Dihedral(); };
  std::vector<cv::Mat> frames;
  const int clip_frames = clip_frames_[picture];
  if (count > 1 && clip_frames < std::max(2, (count + 1) / 2)) {
    // The canvas is turned, not the frames, so that most pans stay horizontal.
    const Dihedral same_dihedral = dihedral();
    frames = random_motion(
        size, count,
        [&] { return same_dihedral.apply(patch_of(first, crop(), motion_reach(count))); }, rng);
  } else {
    const Crop same_crop = crop();
    const Dihedral same_dihedral = dihedral();
    for (int t = 0; t < count; ++t) {
      const auto place = static_cast<std::size_t>(to_and_fro(t, clip_frames));
      const cv::Mat& frame = pictures_[picture + place];
      frames.push_back(same_dihedral.apply(patch_of(frame, same_crop)));
    }
    if (frames.size() > 1 && rng.chance(kBackwardsShare))
      std::reverse(frames.begin(), frames.end());
  }
  if (settings_.augment) {
    const ColorJitter jitter(rng, first.channels() == 3);
    for (cv::Mat& frame : frames) frame = jitter.apply(frame);
  }
  return frames;
}

void Sampler::draw_packed(std::size_t picture, Rng& rng, const TensorView& input,
                          const TensorView& target) const {
  if (!noisy_pictures_[picture].empty()) {
    draw_pair(picture, rng, input, target);
    return;
  }
  // Nothing may be drawn without footage, or all samples would change.
  if (settings_.footage.share > 0 && rng.chance(settings_.footage.share)) {
    draw_footage(picture, rng, input, target);
    return;
  }
  const std::vector<cv::Mat> frames = clean_frames(picture, settings_.frames, rng);
  const bool gray = rng.chance(settings_.gray_share) || frames.front().channels() == 1;
  const bool limited_range = rng.chance(settings_.limited_range_share);
  const NoiseRange& range = settings_.noise[rng.pick(noise_share_)];
  const double level = rng.uniform(range.min_level, range.max_level);
  const PackedColors colors{gray, limited_range};
  if (const auto* camera = std::get_if<CameraNoise>(&range.kind)) {
    add_camera_noise(frames, colors, *camera, level, settings_, rng, input, target);
  } else {
    add_model_noise(frames, colors, std::get<NoiseModel>(range.kind), level, settings_, rng, input,
                    target);
  }
}

std::size_t Sampler::first_of_pairs(std::size_t picture, Rng& rng) const {
  const auto frames = static_cast<std::size_t>(settings_.frames);
  // A clip ends with a picture that no other follows.
  std::size_t earliest = picture;
  while (earliest > 0 && picture - earliest + 1 < frames && clip_frames_[earliest - 1] > 1)
    --earliest;
  // Near the end of its clip a sequence would turn back, and the noise of a frame would come twice.
  std::vector<std::size_t> whole;
  for (std::size_t i = earliest; i <= picture; ++i)
    if (clip_frames_[i] == settings_.frames) whole.push_back(i);
  if (whole.empty()) return earliest;
  return whole[static_cast<std::size_t>(rng.below(static_cast<int>(whole.size())))];
}

void Sampler::draw_pair(std::size_t picture, Rng& rng, const TensorView& input,
                        const TensorView& target) const {
  const cv::Mat& first = pictures_[picture];
  const int reduction = draw_reduction(first, rng);
  const Crop crop = random_crop(first, settings_.patch_px, reduction, rng);
  // Sensors and encoders give rows other noise than columns.
  const Dihedral dihedral = settings_.augment ? Dihedral::mirror(rng) : Dihedral();
  const bool gray = rng.chance(settings_.gray_share) || first.channels() == 1;
  const PackedColors colors{gray, rng.chance(settings_.limited_range_share)};
  const auto frame_of = [&](const cv::Mat& whole) {
    pack_frame(dihedral.apply(patch_of(whole, crop)), colors, target);
    return i420_of(target);
  };
  const std::size_t begin = first_of_pairs(picture, rng);
  FramePairs sequence;
  for (int t = 0; t < settings_.frames; ++t) {
    const std::size_t place = begin + to_and_fro(t, clip_frames_[begin]);
    const cv::Mat noisy = frame_of(noisy_pictures_[place]);
    sequence.push_back({noisy, frame_of(pictures_[place])});
  }
  pack_sequence(sequence, settings_.level_error, rng, input, target);
}

void Sampler::draw_footage(std::size_t picture, Rng& rng, const TensorView& input,
                           const TensorView& target) const {
  const bool limited_range = rng.chance(settings_.limited_range_share);
  const NoiseRange& range = settings_.noise[rng.pick(noise_share_)];
  const double level = rng.uniform(range.min_level, range.max_level);
  const auto* camera = std::get_if<CameraNoise>(&range.kind);
  PackedColors colors{rng.chance(settings_.gray_share), limited_range};
  FootageScene scene;
  scene.clean_frames = [&](int count) {
    std::vector<cv::Mat> frames = clean_frames(picture, count, rng);
    colors.gray = colors.gray || frames.front().channels() == 1;
    return frames;
  };
  scene.pack = [&](std::span<const cv::Mat> frames, TensorView clean) {
    for (const cv::Mat& frame : frames) {
      pack_frame(frame, colors, clean);
      clean.data += clean.size();
    }
  };
  scene.add_noise = [&](std::span<const cv::Mat> frames, std::span<const double> gains,
                        const TensorView& noisy, const TensorView& noise) {
    if (camera != nullptr) {
      add_camera_noise(frames, colors, *camera, level, settings_, rng, noisy, noise, gains);
    } else {
      add_model_noise(frames, colors, std::get<NoiseModel>(range.kind), level, settings_, rng,
                      noisy, noise, gains);
    }
  };
  scene.level_error = std::max(settings_.level_error, camera != nullptr ? camera->level_error : 0);
  denoiseae::draw_footage(scene, settings_.footage, settings_.frames, rng, input, target);
}

void Sampler::draw_luma(const cv::Mat& picture, Rng& rng, const TensorView& input,
                        const TensorView& target) const {
  pack_picture(const_view_of(settings_.augment ? augmented(picture, rng) : picture), target);
  const NoiseRange& range = settings_.noise[rng.pick(noise_share_)];
  const double level = rng.uniform(range.min_level, range.max_level);
  const std::span<float> noisy(input.data, input.size());
  std::copy_n(target.data, target.size(), noisy.begin());
  const bool clip = rng.chance(settings_.clip_share);
  add_noise(noisy, std::get<NoiseModel>(range.kind), level, rng.next());
  if (clip) round_and_clip(noisy);
}

}  // namespace denoiseae
