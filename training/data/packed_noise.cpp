// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/packed_noise.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "data/camera.h"
#include "data/jpeg_planes.h"
#include "data/mat_frame.h"
#include "data/measured_noise.h"
#include "data/sampler.h"
#include "frame/color.h"
#include "frame/pack.h"
#include "layout/packed_layout.h"
#include "noise/conditioning/noise_map.h"
#include "noise/synthesis/models.h"

namespace denoiseae {

namespace {

struct NoiseStep {
  NoiseModel model;
  double level;
  bool clip;
  std::uint64_t seed;
  double gain = 1;
};

/// Turns the clean channels [first, first + count) of target into noise, and writes the noisy ones
/// to input.
void add_plane_noise(const NoiseStep& step, int first, int count, const TensorView& input,
                     const TensorView& target) {
  thread_local std::vector<float> noisy;
  const std::size_t positions = target.size() / target.channels;
  noisy.resize(positions * count);
  for (std::size_t i = 0; i < positions; ++i)
    for (int c = 0; c < count; ++c)
      noisy[i * count + c] = target.data[i * target.channels + first + c] + 0.5f;
  add_noise(noisy, step.model, step.level, step.seed);
  if (step.gain != 1) {
    for (std::size_t i = 0; i < positions; ++i) {
      for (int c = 0; c < count; ++c) {
        const float clean = target.data[i * target.channels + first + c] + 0.5f;
        float& value = noisy[i * count + c];
        value = clean + static_cast<float>(step.gain) * (value - clean);
      }
    }
  }
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

void clear_chroma(const TensorView& planes) {
  for (std::size_t i = 0; i < planes.size(); i += planes.channels)
    planes.data[i + 4] = planes.data[i + 5] = 0;
}

void limit_range(const TensorView& planes) {
  for (std::size_t i = 0; i < planes.size(); i += planes.channels) {
    for (int c = 0; c < 4; ++c) {
      float& luma = planes.data[i + c];
      luma = kLimitedBlack + kLimitedLuma * (luma + 0.5f) - 0.5f;
    }
    for (int c = 4; c < 6; ++c) planes.data[i + c] *= kLimitedDifference;
  }
}

/// Returns the mean of U and V as a code, 0 ... 255.
double mean_chroma_code(const TensorView& planes) {
  double sum = 0;
  for (std::size_t i = 0; i < planes.size(); i += planes.channels)
    sum += planes.data[i + 4] + planes.data[i + 5];
  const auto samples = 2.0 * static_cast<double>(planes.width) * planes.height;
  return (sum / samples + 0.5) * 255;
}

/// Returns the curve as an estimate might have it that is wrong by some part.
NoiseCurve with_error(const NoiseCurve& curve, double level_error, Rng& rng) {
  if (level_error == 0) return curve;
  const double factor = std::exp(rng.uniform(-level_error, level_error));
  NoiseCurve result = curve;
  result.slope *= factor * factor;
  result.offset *= factor * factor;
  return result;
}

NoiseCurve at_one_code(const NoiseCurve& curve, Rng& rng) {
  return {.offset = curve.variance(rng.uniform(curve.lowest, curve.highest))};
}

double mean_variance(const NoiseCurve& curve) {
  return (curve.variance(curve.lowest) + curve.variance(curve.highest)) / 2;
}

void write_noise_map(const NoiseCurve& curve, int channel, const TensorView& planes) {
  if (curve.slope == 0) {
    fill_noise_map(planes, channel, kUnitNoise, curve.level(0));
  } else {
    fill_noise_map(planes, channel, curve, 1);
  }
}

/// Writes the noise levels of all frames, from input on.
void write_noise_maps(const NoiseCurve& luma, const NoiseCurve& chroma, std::size_t frames,
                      double level_error, Rng& rng, TensorView input) {
  const NoiseCurve wrong_luma = with_error(luma, level_error, rng);
  const NoiseCurve wrong_chroma = with_error(chroma, level_error, rng);
  for (std::size_t t = 0; t < frames; ++t) {
    write_noise_map(wrong_luma, kLumaNoiseChannel, input);
    write_noise_map(wrong_chroma, kChromaNoiseChannel, input);
    input.data += input.size();
  }
}

/// Blurs noise and gives it back its strength. The gain is that of the first frame.
class Softening {
 public:
  explicit Softening(double sigma_px) : sigma_px_(sigma_px) {}

  cv::Mat apply(const cv::Mat& noise) {
    cv::Mat smooth;
    cv::GaussianBlur(noise, smooth, {}, sigma_px_);
    if (gain_ == 0) gain_ = luma_deviation(noise) / std::max(1e-3, luma_deviation(smooth));
    return smooth * gain_;
  }

 private:
  double sigma_px_;
  double gain_ = 0;
};

cv::Mat in_colour(const cv::Mat& frame) {
  if (frame.channels() == 3) return frame;
  cv::Mat bgr;
  cv::cvtColor(frame, bgr, cv::COLOR_GRAY2BGR);
  return bgr;
}

/// Writes the noisy planes to input and noisy - clean to target. Both are made of rounded pictures,
/// and the noisy one is rounded once more, to the codes of its frame.
void pack_both(const cv::Mat& noisy, const cv::Mat& clean, PackedColors colors, int jpeg_quality,
               const TensorView& input, const TensorView& target) {
  pack_frame(clean, colors, target);
  thread_local std::vector<float> values;
  values.resize(target.size());
  const TensorView codes{values.data(), target.channels, target.height, target.width};
  pack_frame(noisy, colors, codes);
  for (float& value : values) value += 0.5f;
  round_and_clip(values);
  for (float& value : values) value -= 0.5f;
  if (colors.gray) clear_chroma(codes);  // 0 is no code
  if (jpeg_quality > 0) compress(codes, jpeg_quality, colors.gray);
  for (int i = 0; i < target.width * target.height; ++i) {
    for (int c = 0; c < kPackedChannels; ++c) {
      const float value = codes.data[i * codes.channels + c];
      input.data[i * input.channels + c] = value;
      target.data[i * target.channels + c] = value - target.data[i * target.channels + c];
    }
  }
}

double gain_of(std::span<const double> gains, std::size_t t) {
  return gains.empty() ? 1 : gains[t];
}

}  // namespace

void pack_frame(const cv::Mat& frame, PackedColors colors, const TensorView& planes) {
  pack_rows(const_view_of(frame), 0, planes);
  if (colors.gray) clear_chroma(planes);
  if (colors.limited_range) limit_range(planes);
}

void add_model_noise(std::span<const cv::Mat> frames, PackedColors colors, NoiseModel model,
                     double level, const SampleSettings& settings, Rng& rng,
                     const TensorView& input, const TensorView& target,
                     std::span<const double> gains) {
  NoiseStep luma{model, level, rng.chance(settings.clip_share), rng.next()};
  NoiseStep chroma = luma;
  chroma.level *= rng.chance(settings.equal_chroma_share) ? 1.0 : rng.uniform(0.2, 1.0);
  chroma.seed = rng.next();
  TensorView noisy = input, clean = target;
  double chroma_code = 0;
  for (std::size_t t = 0; t < frames.size(); ++t) {
    pack_frame(frames[t], colors, clean);
    luma.gain = chroma.gain = gain_of(gains, t);
    chroma_code += mean_chroma_code(clean) / static_cast<double>(frames.size());
    add_plane_noise(luma, 0, 4, noisy, clean);
    if (colors.gray) {
      clear_chroma(noisy);
    } else {
      add_plane_noise(chroma, 4, 2, noisy, clean);
    }
    ++luma.seed;
    ++chroma.seed;
    noisy.data += noisy.size();
    clean.data += clean.size();
  }
  // Nothing but the colour of the sample says how noisy its chroma is.
  const double chroma_variance = noise_curve(model, chroma.level).variance(chroma_code);
  write_noise_maps(noise_curve(model, level), {.offset = colors.gray ? 0 : chroma_variance},
                   frames.size(), settings.level_error, rng, input);
}

void add_camera_noise(std::span<const cv::Mat> frames, PackedColors colors, const CameraNoise& kind,
                      double level, const SampleSettings& settings, Rng& rng,
                      const TensorView& input, const TensorView& target,
                      std::span<const double> gains) {
  const Camera camera(rng);
  const bool compressed = rng.chance(kind.compressed_share);
  const int quality = rng.between(70, 95);
  const bool blur = rng.chance(kind.blurred_share);
  Softening fine(rng.uniform(0.4, 1.1));
  const bool mixed = rng.chance(kind.coarse_share);
  Softening coarse(rng.uniform(1.5, 4));
  const double coarse_part = rng.uniform(0.1, 2.0 / 3);
  const std::uint64_t seed = rng.next();
  const std::uint64_t coarse_seed = rng.next();
  SensorNoise noise;
  MeasuredNoise measured;
  TensorView noisy = input, clean = target;
  for (std::size_t t = 0; t < frames.size(); ++t) {
    const cv::Mat clean_picture = in_colour(frames[t]);
    const Mosaic scene = camera.expose(clean_picture);
    if (t == 0) noise = noise_for_level(camera, scene, level, seed);
    cv::Mat difference = noise_in_picture(camera, scene, noise, seed + t);
    if (blur) difference = fine.apply(difference);
    if (mixed) {
      const cv::Mat other = noise_in_picture(camera, scene, noise, coarse_seed + t);
      difference =
          difference * std::sqrt(1 - coarse_part * coarse_part) + coarse.apply(other) * coarse_part;
    }
    if (!gains.empty()) difference *= gains[t];
    // The noise is added to the frame as it was, because detail that a mosaic loses and colours
    // that it makes up are no noise. In the target they would teach the network to make them up,
    // too, and between target and input to sharpen what it is given.
    cv::Mat noisy_picture;
    cv::add(clean_picture, difference, noisy_picture, cv::noArray(), CV_8U);
    pack_both(noisy_picture, clean_picture, colors, compressed ? quality : 0, noisy, clean);
    measured.add(clean, noisy);
    noisy.data += noisy.size();
    clean.data += clean.size();
  }
  NoiseCurve luma = measured.luma();
  const NoiseCurve of_chroma = measured.chroma();
  const double part =
      mean_variance(of_chroma) / std::max(mean_variance(luma), std::numeric_limits<double>::min());
  if (rng.chance(kind.one_level_share)) luma = at_one_code(luma, rng);
  // The estimate knows the level of chroma, and takes it to depend on brightness as that of luma
  // does.
  const NoiseCurve chroma{part * luma.slope, part * luma.offset, luma.lowest, luma.highest};
  write_noise_maps(luma, colors.gray ? NoiseCurve{} : chroma, frames.size(),
                   std::max(settings.level_error, kind.level_error), rng, input);
}

}  // namespace denoiseae
