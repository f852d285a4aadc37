// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads clips from folders of numbered frames, and decides what else counts as frames.
#include <algorithm>
#include <charconv>
#include <optional>

#include "data/sources.h"

namespace denoiseae {
namespace {

namespace fs = std::filesystem;

/// Returns the last run of digits in the name, or -1 without one. "shot_2_0010.png" is frame 10.
std::int64_t frame_number(const fs::path& path) {
  const std::string stem = path.stem().string();
  const auto end = stem.find_last_of("0123456789");
  if (end == std::string::npos) return -1;
  const auto before = stem.find_last_not_of("0123456789", end);
  const auto begin = before == std::string::npos ? 0 : before + 1;
  std::int64_t number = -1;
  std::from_chars(stem.data() + begin, stem.data() + end + 1, number);
  return number;
}

bool is_number(const fs::path& path) {
  return path.stem().string().find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::vector<fs::path> sub_folders(const fs::path& folder) {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory()) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::vector<fs::path> frame_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && is_picture_file(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(frame_number(a), a) < std::pair(frame_number(b), b);
  });
  return files;
}

bool holds_clips(const fs::path& folder) {
  for (const fs::path& sub_folder : sub_folders(folder)) {
    const std::vector<fs::path> files = frame_files(sub_folder);
    if (files.size() >= 2 && std::all_of(files.begin(), files.end(), is_number) &&
        frame_number(files.back()) - frame_number(files.front()) + 1 ==
            static_cast<std::int64_t>(files.size()))
      return true;
  }
  return false;
}

PictureSet load_frames(const fs::path& folder, const DatasetOptions& options) {
  check_no_class(options);
  if (fs::is_regular_file(folder) && is_video_file(folder)) return decode_videos({folder}, options);
  check_folder(folder);
  std::vector<PictureFile> files;
  int clip = 0;
  const auto add_clip = [&](const fs::path& clip_folder) {
    if (options.limit > 0 && static_cast<std::size_t>(clip) == options.limit) return;
    const std::vector<fs::path> frames = frame_files(clip_folder);
    for (std::size_t i = 0; i < frames.size(); ++i)
      files.push_back({frames[i], clip, static_cast<int>(i)});
    if (!frames.empty()) ++clip;
  };
  add_clip(folder);
  for (const fs::path& sub_folder : sub_folders(folder)) add_clip(sub_folder);
  // Videos are read only where there are no frames: a video beside frames is often the film that
  // they came from.
  std::vector<fs::path> videos = video_files(folder);
  if (!files.empty() || videos.empty()) return decode(files, folder, options);
  if (options.limit > 0 && videos.size() > options.limit) videos.resize(options.limit);
  return decode_videos(videos, options);
}

}  // namespace denoiseae
