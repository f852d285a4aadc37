// SPDX-License-Identifier: LGPL-2.1-or-later
#include "report/effect_picture.h"

#include <string>
#include <vector>

#include "data/crop.h"
#include "data/footage/footage_sample.h"
#include "data/motion.h"
#include "data/packed_noise.h"
#include "data/sampler.h"
#include "layout/packed_layout.h"
#include "report/picture_grid.h"
#include "report/sample_picture.h"

namespace denoiseae {

namespace {

constexpr int kSide = 128;
constexpr int kFrames = 6;
constexpr int kMaxFilmed = kFrames + kMaxDropped;
constexpr double kLevel = 10;

/// A pan over the middle of a photograph, with white noise.
FootageScene scene_of(const cv::Mat& photograph, Rng& rng) {
  const int reach = motion_reach(2) * 2;
  const cv::Mat large = at_least(photograph, kSide + 2 * reach);
  const cv::Rect middle((large.cols - kSide) / 2 - reach, (large.rows - kSide) / 2 - reach,
                        kSide + 2 * reach, kSide + 2 * reach);
  const Canvas canvas = large(middle);
  FootageScene scene;
  scene.clean_frames = [canvas](int frames) { return pan(canvas, kSide, frames, {2, 1}); };
  scene.pack = [](std::span<const cv::Mat> frames, TensorView clean) {
    for (const cv::Mat& frame : frames) {
      pack_frame(frame, {}, clean);
      clean.data += clean.size();
    }
  };
  scene.add_noise = [&rng](std::span<const cv::Mat> frames, std::span<const double> gains,
                           const TensorView& noisy, const TensorView& noise) {
    add_model_noise(frames, {}, NoiseModel::gaussian, kLevel, {}, rng, noisy, noise, gains);
  };
  static_assert(2 * kMaxFilmed <= 2 * kMaxSpeed, "the canvas ends");
  return scene;
}

GridRow row_of_plan(const std::string& label, const FootageScene& scene, const FootagePlan& plan,
                    Rng& rng) {
  GridRow row{label, {}, {}};
  std::vector<cv::Mat> clean;
  const int size = kSide / 2;
  const auto positions = static_cast<std::size_t>(size) * size;
  std::vector<float> values(positions * kPackedChannels), noise(values.size());
  const TensorView planes{values.data(), kPackedChannels, size, size};
  for (const FramePair& pair : film(scene, plan, kFrames, size, rng)) {
    pack_pair(pair, planes, {noise.data(), kPackedChannels, size, size});
    row.pictures.push_back(picture_of_planes(planes, InputRepresentation::packed_yuv420));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= noise[i];
    clean.push_back(picture_of_planes(planes, InputRepresentation::packed_yuv420));
  }
  // Some clean frames are enough.
  for (int t = 0; t < kFrames; t += kFrames / 2 - 1)
    row.pictures.push_back(clean[static_cast<std::size_t>(t)]);
  return row;
}

}  // namespace

void write_effect_picture(const std::filesystem::path& png, const cv::Mat& photograph,
                          std::uint64_t seed) {
  Rng rng(seed);
  const FootageScene scene = scene_of(photograph, rng);
  std::vector<GridRow> rows;
  for (const FootageEffect& effect : footage_effects())
    rows.push_back(row_of_plan(std::string(effect.name), scene, plan_of(effect), rng));
  for (const Encoder& encoder : encoders()) {
    for (const int quality : {encoder.best_quality, encoder.worst_quality}) {
      const std::string label = std::string(encoder.name) + " " + std::to_string(quality);
      rows.push_back(row_of_plan(label, scene, plan_of(encoder, quality), rng));
    }
  }
  write_png(png, compose_grid(rows, kSide));
}

}  // namespace denoiseae
