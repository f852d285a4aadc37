// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads clips from video files.
#include <denoiseae/error.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <opencv2/videoio.hpp>

#include "data/sources.h"

namespace denoiseae {
namespace {

namespace fs = std::filesystem;

// A run has as many frames as the longest sequences of training.
constexpr int kRun = 16;

/// Frames [first, end) of a file.
struct Run {
  int first;
  int end;
};

/// Returns runs of most frames in all, spread over a file of count frames. It is the whole file
/// where it has no more, or for most = 0.
std::vector<Run> runs_of(int count, int most) {
  if (most == 0 || count <= most) return {{0, count}};
  const int runs = (most + kRun - 1) / kRun;
  const int length = most / runs;
  std::vector<Run> result;
  for (int i = 0; i < runs; ++i) {
    const double place = runs == 1 ? 0.5 : static_cast<double>(i) / (runs - 1);
    const int first = static_cast<int>(std::lround(place * (count - length)));
    result.push_back({first, first + length});
  }
  return result;
}

/// Returns what the file says, or else counts; 0 when nothing can be decoded.
int frame_count(const fs::path& file) {
  cv::VideoCapture video(file.string(), cv::CAP_FFMPEG);
  if (!video.isOpened()) return 0;
  const double said = video.get(cv::CAP_PROP_FRAME_COUNT);
  if (said >= 1) return static_cast<int>(std::min(said, 1e9));
  int count = 0;
  while (video.grab()) ++count;
  return count;
}

}  // namespace

bool is_video_file(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array kEndings = {".mp4", ".m4v", ".mov",  ".mkv", ".webm",
                                   ".avi", ".y4m", ".mpeg", ".mpg", ".ts"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::vector<fs::path> video_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && is_video_file(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

bool holds_only_videos(const fs::path& folder) {
  const auto entries = fs::directory_iterator(folder);
  return !fs::is_empty(folder) && std::all_of(begin(entries), end(entries), [](const auto& entry) {
    return entry.is_regular_file() && is_video_file(entry.path());
  });
}

PictureSet decode_videos(const std::vector<fs::path>& files, const DatasetOptions& options) {
  PictureSet pictures;
  int clip = 0;
  for (const fs::path& file : files) {
    const std::size_t before = pictures.size();
    const int count = frame_count(file);
    cv::VideoCapture video(file.string(), cv::CAP_FFMPEG);
    // Frames are read one by one from the start, because seeking is not exact in all formats.
    int next = 0;
    bool more = count > 0;
    for (const Run& run : runs_of(count, options.video_frames)) {
      for (; more && next < run.end; ++next) {
        more = video.grab();
        cv::Mat frame;
        if (next < run.first || !more || !video.retrieve(frame) || frame.empty()) continue;
        pictures.push_back({of_size(frame, options.size_px),
                            file.filename().string() + "#" + std::to_string(next), clip, next});
      }
    }
    if (pictures.size() > before) {
      ++clip;
    } else if (options.log) {
      options.log(LogLevel::warning, "skipped '" + file.string() + "': no frame can be decoded");
    }
  }
  if (pictures.empty())
    throw Error(ErrorCode::corrupt,
                "no frame of '" + files.front().string() + "'" +
                    (files.size() > 1 ? " and the other video files there" : "") +
                    " can be decoded; expected what FFmpeg reads, as ffprobe shows");
  return pictures;
}

}  // namespace denoiseae
