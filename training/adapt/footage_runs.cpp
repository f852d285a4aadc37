// SPDX-License-Identifier: LGPL-2.1-or-later
#include "adapt/footage_runs.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <string>

#include "data/mat_frame.h"
#include "data/picture_set.h"
#include "data/rng.h"

namespace denoiseae {

namespace {

constexpr int kMaxWidth = 960;
constexpr int kMaxHeight = 640;

bool follows(const Picture& picture, const Picture& before) {
  return picture.clip >= 0 && picture.clip == before.clip && picture.frame == before.frame + 1 &&
         picture.pixels.size() == before.pixels.size() &&
         picture.pixels.type() == before.pixels.type();
}

std::vector<FootageRun> all_runs(const PictureSet& pictures) {
  std::vector<FootageRun> runs;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const bool begins =
        i == 0 || !follows(pictures[i], pictures[i - 1]) || runs.back().size() == kMaxRunFrames;
    if (begins) runs.emplace_back();
    runs.back().push_back(pictures[i].pixels);
  }
  std::erase_if(runs, [](const FootageRun& run) { return run.size() < kMinRunFrames; });
  return runs;
}

/// Keeps runs at equal distances until there are few enough frames.
std::vector<FootageRun> spread(std::vector<FootageRun> runs, std::size_t frames) {
  const std::size_t count = std::max<std::size_t>(1, frames / kMaxRunFrames);
  if (runs.size() <= count) return runs;
  std::vector<FootageRun> kept;
  for (std::size_t i = 0; i < count; ++i) kept.push_back(std::move(runs[i * runs.size() / count]));
  return kept;
}

void cut_to_window(FootageRun& run, std::uint64_t seed) {
  Rng rng(seed);
  const cv::Size size = run.front().size();
  const cv::Size window(std::min(size.width, kMaxWidth), std::min(size.height, kMaxHeight));
  const int x = rng.below(size.width - window.width + 1);
  const int y = rng.below(size.height - window.height + 1);
  const cv::Rect place({x, y}, window);
  for (cv::Mat& frame : run) frame = frame(place).clone();
}

}  // namespace

std::vector<FootageRun> load_runs(const std::filesystem::path& footage, std::size_t frames,
                                  const LogCallback& log) {
  DatasetOptions options;
  options.video_frames = static_cast<int>(frames);
  options.log = log;
  std::vector<FootageRun> runs =
      spread(all_runs(find_dataset("frames").load(footage, options)), frames);
  if (runs.empty())
    throw Error(ErrorCode::bad_argument,
                footage.string() + ": expected at least " + std::to_string(kMinRunFrames) +
                    " frames that follow each other, found fewer; give a longer film, or a folder "
                    "of numbered frames");
  for (std::size_t i = 0; i < runs.size(); ++i) cut_to_window(runs[i], i);
  return runs;
}

std::vector<FootageFrame> denoise_run(const std::shared_ptr<const Model>& model,
                                      const FootageRun& run) {
  Denoiser denoiser;
  denoiser.load(model);
  const cv::Mat& first = run.front();
  denoiser.configure(first.channels() == 1 ? PixelFormat::gray8 : PixelFormat::bgr, first.cols,
                     first.rows);
  std::vector<FootageFrame> frames;
  for (const cv::Mat& noisy : run) {
    cv::Mat denoised(noisy.size(), noisy.type());
    denoiser.process(const_view_of(noisy), view_of(denoised));
    frames.push_back({noisy, denoised, denoiser.estimated_noise_level()});
  }
  return frames;
}

}  // namespace denoiseae
