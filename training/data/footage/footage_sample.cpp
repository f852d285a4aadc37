// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/footage_sample.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

#include "data/footage/encoders.h"
#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

std::uint8_t code_of(float value) {
  return static_cast<std::uint8_t>(std::clamp((value + 0.5f) * 255 + 0.5f, 0.0f, 255.0f));
}

float value_of(int code) { return static_cast<float>(code) / 255 - 0.5f; }

/// Calls a function of the plan's effect of a stage, if it has one.
template <typename Function, typename... Arguments>
auto apply(const FootagePlan& plan, FootageStage stage, Arguments&&... arguments) {
  using Result = std::invoke_result_t<Function, Arguments...>;
  const FootageEffect* effect = plan.effect(stage);
  if (effect == nullptr) return Result();
  return std::get<Function>(effect->apply)(std::forward<Arguments>(arguments)...);
}

/// Tensors of several frames that follow each other, with their memory.
class FrameTensors {
 public:
  FrameTensors(int frames, int channels, int size)
      : values_(static_cast<std::size_t>(frames) * channels * size * size),
        first_{values_.data(), channels, size, size} {}
  const TensorView& first() const { return first_; }
  TensorView operator[](std::size_t t) const {
    TensorView view = first_;
    view.data += t * view.size();
    return view;
  }

 private:
  std::vector<float> values_;
  TensorView first_;
};

FramePairs clean_pairs(const FootageScene& scene, const CleanFrames& frames, int size) {
  const FrameTensors clean(static_cast<int>(frames.size()), kPackedChannels, size);
  scene.pack(frames, clean.first());
  FramePairs pairs;
  for (std::size_t t = 0; t < frames.size(); ++t) {
    const cv::Mat picture = i420_of(clean[t]);
    pairs.push_back({picture.clone(), picture});
  }
  return pairs;
}

FramePairs noisy_pairs(const FootageScene& scene, const CleanFrames& frames,
                       std::span<const double> gains, int size) {
  const int count = static_cast<int>(frames.size());
  const FrameTensors noisy(count, kPackedInputChannels, size), noise(count, kPackedChannels, size);
  scene.add_noise(frames, gains, noisy.first(), noise.first());
  FramePairs pairs;
  for (std::size_t t = 0; t < frames.size(); ++t) {
    const TensorView of_frame = noise[t];
    pairs.push_back({i420_of(noisy[t]), i420_of(noisy[t], &of_frame)});
  }
  return pairs;
}

void compress(FramePairs& pairs, const FootagePlan& plan) {
  std::vector<cv::Mat> noisy;
  for (const FramePair& pair : pairs) noisy.push_back(pair.noisy);
  noisy = coded(noisy, *plan.encoder, plan.quality, plan.variant);
  for (std::size_t t = 0; t < pairs.size(); ++t) pairs[t].noisy = noisy[t];
}

ShownFrames shown_frames(const FootagePlan& plan, int frames, Rng& rng) {
  ShownFrames shown = apply<TimingEffect>(plan, FootageStage::timing, frames, rng);
  for (int t = static_cast<int>(shown.size()); t < frames; ++t) shown.push_back(t);
  return shown;
}

/// Fills a channel with the root mean square of the noise in some channels.
void tell_level(const TensorView& noise, int first, int count, double factor, int channel,
                const TensorView& input) {
  double squares = 0;
  const std::size_t positions = noise.size() / noise.channels;
  for (std::size_t i = 0; i < positions; ++i) {
    for (int c = first; c < first + count; ++c) {
      const double value = noise.data[i * noise.channels + c];
      squares += value * value;
    }
  }
  const double level = std::sqrt(squares / static_cast<double>(positions * count));
  const auto told = static_cast<float>(level * factor * kNoiseLevelScale);
  for (std::size_t i = 0; i < positions; ++i) input.data[i * input.channels + channel] = told;
}

}  // namespace

cv::Mat i420_of(const TensorView& planes, const TensorView* minus) {
  cv::Mat picture(planes.height * 3, planes.width * 2, CV_8UC1);
  const cv::Mat u = plane_of(picture, 1), v = plane_of(picture, 2);
  for (int y = 0; y < planes.height; ++y) {
    const float* from = row_of(planes, y);
    const float* noise = minus != nullptr ? row_of(*minus, y) : nullptr;
    auto* upper = picture.ptr<std::uint8_t>(2 * y);
    auto* lower = picture.ptr<std::uint8_t>(2 * y + 1);
    auto* of_u = const_cast<std::uint8_t*>(u.ptr<std::uint8_t>(y));
    auto* of_v = const_cast<std::uint8_t*>(v.ptr<std::uint8_t>(y));
    for (int x = 0; x < planes.width; ++x, from += planes.channels) {
      const auto code = [&](int c) {
        return code_of(noise != nullptr ? from[c] - noise[c] : from[c]);
      };
      upper[2 * x] = code(0);
      upper[2 * x + 1] = code(1);
      lower[2 * x] = code(2);
      lower[2 * x + 1] = code(3);
      of_u[x] = code(4);
      of_v[x] = code(5);
      if (noise != nullptr) noise += minus->channels;
    }
  }
  return picture;
}

void pack_pair(const FramePair& pair, const TensorView& input, const TensorView& target) {
  const auto pack_channel = [&](int c, int plane, int step, cv::Point first) {
    const cv::Mat noisy = plane_of(pair.noisy, plane), clean = plane_of(pair.clean, plane);
    for (int y = 0; y < input.height; ++y) {
      const auto* noisy_row = noisy.ptr<std::uint8_t>(y * step + first.y);
      const auto* clean_row = clean.ptr<std::uint8_t>(y * step + first.y);
      float* in = row_of(input, y) + c;
      float* out = row_of(target, y) + c;
      for (int x = 0; x < input.width; ++x, in += input.channels, out += target.channels) {
        const int code = noisy_row[x * step + first.x];
        *in = value_of(code);
        *out = static_cast<float>(code - clean_row[x * step + first.x]) / 255;
      }
    }
  };
  for (int c = 0; c < 4; ++c) pack_channel(c, 0, 2, {c % 2, c / 2});
  pack_channel(4, 1, 1, {0, 0});
  pack_channel(5, 2, 1, {0, 0});
}

FramePairs film(const FootageScene& scene, const FootagePlan& plan, int frames, int plane_size,
                Rng& rng) {
  const ShownFrames shown = shown_frames(plan, frames, rng);
  CleanFrames scenes = scene.clean_frames(shown.back() + 1);
  // Frames that stand still may be one picture, and may be part of a photograph.
  for (cv::Mat& frame : scenes) frame = frame.clone();
  apply<LightEffect>(plan, FootageStage::light, scenes, rng);

  FramePairs pairs;
  if (plan.clean) {
    pairs = clean_pairs(scene, scenes, plane_size);
  } else {
    const int count = static_cast<int>(scenes.size());
    const auto gains = apply<GainEffect>(plan, FootageStage::gain, count, rng);
    pairs = noisy_pairs(scene, scenes, gains, plane_size);
    apply<PairEffect>(plan, FootageStage::sensor, pairs, rng);
  }
  apply<PairEffect>(plan, FootageStage::camera, pairs, rng);
  apply<PairEffect>(plan, FootageStage::composition, pairs, rng);

  FramePairs sequence;
  for (const int t : shown) sequence.push_back(pairs[static_cast<std::size_t>(t)]);
  if (plan.encoder != nullptr) compress(sequence, plan);
  for (FramePair& pair : sequence)
    if (plan.clean) pair.clean = pair.noisy;
  return sequence;
}

void draw_footage(const FootageScene& scene, const FootageSettings& settings, int frames, Rng& rng,
                  const TensorView& input, const TensorView& target) {
  // The scene does not depend on what is planned.
  Rng choices(rng.next());
  const FootagePlan plan = random_plan(settings, choices);
  const FramePairs sequence = film(scene, plan, frames, input.width, rng);
  pack_sequence(sequence, scene.level_error, rng, input, target);
}

void pack_sequence(const FramePairs& sequence, double level_error, Rng& rng, TensorView input,
                   TensorView target) {
  const double luma_error = std::exp(rng.uniform(-level_error, level_error));
  const double chroma_error = std::exp(rng.uniform(-level_error, level_error));
  for (const FramePair& pair : sequence) {
    pack_pair(pair, input, target);
    tell_level(target, 0, 4, luma_error, kLumaNoiseChannel, input);
    tell_level(target, 4, 2, chroma_error, kChromaNoiseChannel, input);
    input.data += input.size();
    target.data += target.size();
  }
}

}  // namespace denoiseae
