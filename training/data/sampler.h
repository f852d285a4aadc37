// SPDX-License-Identifier: LGPL-2.1-or-later
// Draws training samples: a random crop of a random picture, or a sequence of them, augmented and
// packed, with noise.
#pragma once

#include <cstdint>
#include <vector>

#include "data/footage/footage_settings.h"
#include "data/picture_set.h"
#include "data/sample_noise.h"
#include "engine/engine.h"
#include "net/architectures.h"

namespace denoiseae {

/// The largest number of frames in a sequence.
inline constexpr int kMaxFrames = 16;
inline constexpr int kMaxPatch = 1024;  ///< luma pixels
/// The noise level in the input of samples that do not tell theirs.
inline constexpr float kBlindLevel = -1;

/// The settings of samples. Shares are probabilities, 0 ... 1. Settings marked "packed" act in the
/// domain packed_yuv420 only.
struct SampleSettings {
  InputRepresentation domain = InputRepresentation::packed_yuv420;
  /// Luma pixels, even when packed; in the domain luma, the size of the pictures.
  int patch_px = 64;
  int depth = 1;   ///< luma: channels of the pictures, 1 = luma, 3 = R, G, B
  int frames = 1;  ///< packed: frames of a sample
  std::vector<NoiseRange> noise{NoiseRange{}};
  /// packed: flips, quarter turns, colour and gamma jitter. luma: mirrored left to right, small
  /// shifts, tilts and zooms, gamma jitter.
  bool augment = true;
  double gray_share = 0.15;  ///< packed: samples without colour
  /// packed: samples with luma 16 ... 235 and chroma 16 ... 240, as video has.
  double limited_range_share = 0.3;
  /// packed: samples that are averaged by max_reduction or less, 2 at least, where the picture is
  /// large enough.
  double reduced_share = 0.3;
  int max_reduction = 2;
  /// packed: samples whose chroma carries the noise level of luma. The others have luma's times 0.2
  /// ... 1, as RGB frames and cameras have.
  double equal_chroma_share = 0.6;
  /// Samples whose noisy values are rounded to 8 bits and clipped, as those of frames are.
  double clip_share = 0;
  /// packed: samples without noise levels: these channels hold kBlindLevel.
  double blind_share = 0;
  /// packed: the conditioning noise levels are wrong by a factor between exp(-level_error) and
  /// exp(level_error), one for luma and one for chroma of a sample, as estimates are. 0 ... 1.
  double level_error = 0;
  FootageSettings footage;  ///< packed
};

class Rng;

/// Draws samples. One sample is a pure function of pictures, settings and seed. Thread-safe.
///
/// packed_yuv420: input = the kPackedInputChannels of frame/pack.h, noisy; target = the noise
/// itself (noisy - clean), kPackedChannels; both plane_size() = patch_px / 2 wide and high. luma:
/// input = the noisy picture scaled to 0 ... 1, target = the clean one; depth channels, patch_px
/// wide and high.
///
/// With several frames, samples hold one after another. Where at least half of them follow in a
/// clip they are those, and where it ends its frames backwards and forwards again, sometimes all in
/// reverse; any other picture is set in motion (data/motion.h). All have the same crop, look and
/// noise level, and noise of their own. Clips with measured noise turn back only where they are
/// shorter than the sample.
///
/// The noise levels in the input follow the brightness where the noise does, as
/// noise/noise_map.h says. Those of camera noise, which only packed samples may have, are measured
/// on the sample itself. Pictures with measured noise get no other; such a photograph stands still
/// in a sequence, and its noise with it. These samples, and those that are footage (data/footage/)
/// are told one level for each frame.
class Sampler {
 public:
  /// Shares the pixels of the pictures. Throws bad_argument for no pictures or a bad setting.
  Sampler(const PictureSet& pictures, const SampleSettings& settings);

  int input_channels() const;
  int target_channels() const;
  int plane_size() const;  ///< width and height of input and target
  int frames() const { return settings_.frames; }
  const SampleSettings& settings() const { return settings_; }

  std::size_t picture_count() const { return pictures_.size(); }

  /// Draws a random picture; larger ones are likelier. Fills both views, whose shapes must be as
  /// above. input, target: the first of frames() pictures that follow each other in memory.
  void draw(std::uint64_t seed, const TensorView& input, const TensorView& target) const;
  /// Draws the given picture, whose number is less than picture_count().
  void draw(std::uint64_t seed, std::size_t picture, const TensorView& input,
            const TensorView& target) const;

 private:
  /// Returns by how much a patch of this picture is averaged; 1 = it stays as it is.
  int draw_reduction(const cv::Mat& picture, Rng& rng) const;
  std::vector<cv::Mat> clean_frames(std::size_t picture, int count, Rng& rng) const;
  void draw_packed(std::size_t picture, Rng& rng, const TensorView& input,
                   const TensorView& target) const;
  /// Returns where a sequence of pictures with measured noise begins that has this one in it.
  std::size_t first_of_pairs(std::size_t picture, Rng& rng) const;
  void draw_pair(std::size_t picture, Rng& rng, const TensorView& input,
                 const TensorView& target) const;
  void draw_footage(std::size_t picture, Rng& rng, const TensorView& input,
                    const TensorView& target) const;
  void draw_luma(const cv::Mat& picture, Rng& rng, const TensorView& input,
                 const TensorView& target) const;

  SampleSettings settings_;
  std::vector<cv::Mat> pictures_;
  std::vector<cv::Mat> noisy_pictures_;  ///< empty where the noise is not measured
  /// How many frames of its clip follow each picture, itself included, at most frames().
  std::vector<int> clip_frames_;
  std::vector<double> picture_share_;  ///< running sum of the chances of the pictures, ends at 1
  std::vector<double> noise_share_;    ///< running sum of the chances of the kinds of noise
};

}  // namespace denoiseae
