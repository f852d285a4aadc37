// SPDX-License-Identifier: LGPL-2.1-or-later
#include "adapt/footage_runs.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <string>

#include "data/mat_frame.h"
#include "data/picture_set.h"
#include "data/rng.h"
#include "data/sources.h"

namespace denoiseae {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxWidth = 960;
constexpr int kMaxHeight = 640;

/// Keeps so many at equal distances.
template <typename Item>
std::vector<Item> spread(std::vector<Item> items, std::size_t count) {
  if (items.size() <= count) return items;
  std::vector<Item> kept;
  for (std::size_t i = 0; i < count; ++i)
    kept.push_back(std::move(items[i * items.size() / count]));
  return kept;
}

/// Cuts clips into runs, and leaves out those that are too short.
template <typename Item>
std::vector<std::vector<Item>> runs_of(const std::vector<std::vector<Item>>& clips) {
  std::vector<std::vector<Item>> runs;
  for (const std::vector<Item>& clip : clips)
    for (std::size_t begin = 0; begin < clip.size(); begin += kMaxRunFrames) {
      const std::size_t count = std::min(kMaxRunFrames, clip.size() - begin);
      const auto first = clip.begin() + static_cast<std::ptrdiff_t>(begin);
      if (count >= kMinRunFrames)
        runs.emplace_back(first, first + static_cast<std::ptrdiff_t>(count));
    }
  return runs;
}

/// Cuts frames of a run to one window, so that the rest need not stay in memory.
void cut_to_window(FootageRun& run, std::uint64_t seed) {
  Rng rng(seed);
  const cv::Size size = run.front().size();
  const cv::Size window(std::min(size.width, kMaxWidth), std::min(size.height, kMaxHeight));
  const int x = rng.below(size.width - window.width + 1);
  const int y = rng.below(size.height - window.height + 1);
  const cv::Rect place({x, y}, window);
  for (cv::Mat& frame : run) frame = frame(place).clone();
}

bool follows(const Picture& picture, const Picture& before) {
  return picture.clip == before.clip && picture.frame == before.frame + 1 &&
         picture.pixels.size() == before.pixels.size();
}

/// Returns the frames of a video file, apart where some between them were left out.
std::vector<FootageRun> clips_of(const PictureSet& pictures) {
  std::vector<FootageRun> clips;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (i == 0 || !follows(pictures[i], pictures[i - 1])) clips.emplace_back();
    clips.back().push_back(pictures[i].pixels);
  }
  return clips;
}

/// Adds the runs of pictures, each cut to a window of its own.
void add_runs(const PictureSet& pictures, std::vector<FootageRun>& runs) {
  for (FootageRun& run : runs_of(clips_of(pictures))) {
    cut_to_window(run, runs.size());
    runs.push_back(std::move(run));
  }
}

std::vector<FootageRun> runs_of_videos(std::vector<fs::path> files, std::size_t count,
                                       const LogCallback& log) {
  files = spread(std::move(files), count);
  DatasetOptions options;
  options.video_frames = static_cast<int>(count / files.size() * kMaxRunFrames);
  options.log = log;
  std::vector<FootageRun> runs;
  for (const fs::path& file : files) {
    try {
      add_runs(decode_videos({file}, options), runs);
    } catch (const Error& error) {
      if (files.size() == 1) throw;
      log(LogLevel::warning, std::string(error.what()) + "; it is left out");
    }
  }
  return runs;
}

std::vector<FootageRun> runs_of_frames(const fs::path& folder, std::size_t count,
                                       const LogCallback& log) {
  std::vector<std::vector<fs::path>> clips{frame_files(folder)};
  for (const fs::path& sub_folder : sub_folders(folder)) clips.push_back(frame_files(sub_folder));
  DatasetOptions options;
  options.log = log;
  std::vector<FootageRun> runs;
  for (const std::vector<fs::path>& files : spread(runs_of(clips), count)) {
    std::vector<PictureFile> frames;
    for (std::size_t i = 0; i < files.size(); ++i)
      frames.push_back({files[i], 0, static_cast<int>(i)});
    add_runs(decode(frames, folder, options), runs);
  }
  return runs;
}

}  // namespace

std::vector<FootageRun> load_runs(const fs::path& footage, std::size_t frames,
                                  const LogCallback& log) {
  if (!fs::exists(footage))
    throw Error(ErrorCode::not_found,
                "there is no file or folder " + footage.string() +
                    "; expected a video file, a folder of them, or of numbered frames");
  const std::size_t count = std::max<std::size_t>(1, frames / kMaxRunFrames);
  std::vector<FootageRun> runs;
  if (fs::is_regular_file(footage)) {
    runs = runs_of_videos({footage}, count, log);
  } else {
    runs = runs_of_frames(footage, count, log);
    const std::vector<fs::path> films = video_files(footage);
    if (runs.empty() && !films.empty()) runs = runs_of_videos(films, count, log);
  }
  if (runs.empty())
    throw Error(ErrorCode::bad_argument,
                footage.string() + ": expected at least " + std::to_string(kMinRunFrames) +
                    " frames that follow each other, found fewer; give a longer film, or a folder "
                    "of numbered frames");
  return runs;
}

std::vector<FootageFrame> denoise_run(const std::shared_ptr<const Model>& model,
                                      const FootageRun& run, const DenoiseSettings& settings) {
  Denoiser denoiser;
  denoiser.load(model);
  const cv::Mat& first = run.front();
  denoiser.configure(first.channels() == 1 ? PixelFormat::gray8 : PixelFormat::bgr, first.cols,
                     first.rows);
  std::vector<FootageFrame> frames;
  for (const cv::Mat& noisy : run) {
    cv::Mat denoised(noisy.size(), noisy.type());
    denoiser.process(const_view_of(noisy), view_of(denoised), settings);
    frames.push_back({noisy, denoised, denoiser.estimated_noise_level()});
  }
  return frames;
}

}  // namespace denoiseae
