// SPDX-License-Identifier: LGPL-2.1-or-later
// THE table of data sets, and the split into training and validation.
#include <denoiseae/error.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <regex>
#include <set>

#include "data/picture_set.h"
#include "data/sources.h"
#include "noise/synthesis/random.h"

namespace denoiseae {
namespace {

constexpr std::array kDatasets = {
    DatasetInfo{"images", load_images},         DatasetInfo{"frames", load_frames},
    DatasetInfo{"pairs", load_pairs},           DatasetInfo{"mnist", load_mnist},
    DatasetInfo{"fashion-mnist", load_mnist},   DatasetInfo{"fer2013", load_fer2013},
    DatasetInfo{"vinbigdata", load_vinbigdata}, DatasetInfo{"idx", load_idx},
};

bool equal_pixels(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

std::uint64_t hash_of_pixels(const cv::Mat& picture) {
  // This is FNV-1a.
  std::uint64_t hash = 0xcbf29ce484222325;
  const std::size_t bytes = static_cast<std::size_t>(picture.cols) * picture.elemSize();
  for (int y = 0; y < picture.rows; ++y) {
    const std::uint8_t* row = picture.ptr(y);
    for (std::size_t i = 0; i < bytes; ++i) hash = (hash ^ row[i]) * 0x100000001b3;
  }
  return hash;
}

/// Draws a share of the parts at random.
std::set<int> draw_parts(std::vector<int> parts, double share, std::uint64_t seed) {
  const auto count = parts.size();
  auto taken = static_cast<std::size_t>(std::lround(static_cast<double>(count) * share));
  if (share > 0 && count >= 2) taken = std::clamp<std::size_t>(taken, 1, count - 1);
  Random random(seed);
  for (std::size_t i = 0; i < taken; ++i) {
    const std::size_t j = i + random.next() % (count - i);
    std::swap(parts[i], parts[j]);
  }
  return {parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(taken)};
}

}  // namespace

std::span<const DatasetInfo> datasets() noexcept { return kDatasets; }

const DatasetInfo& find_dataset(std::string_view name) {
  std::string known;
  for (const DatasetInfo& info : kDatasets) {
    if (info.name == name) return info;
    known += (known.empty() ? "" : ", ") + std::string(info.name);
  }
  throw Error(ErrorCode::bad_argument,
              "unknown kind of data set '" + std::string(name) + "'; known kinds: " + known);
}

const DatasetInfo& guess_dataset(const std::filesystem::path& path) {
  if (std::filesystem::is_regular_file(path))
    return find_dataset(is_video_file(path) ? "frames" : "idx");
  check_folder(path);
  const bool clips = holds_clips(path) || holds_only_videos(path);
  return find_dataset(clips ? "frames" : "images");
}

cv::Mat of_size(const cv::Mat& picture, int size_px) {
  if (size_px == 0 || picture.empty()) return picture;
  cv::Mat gray = picture;
  if (picture.channels() == 3) cv::cvtColor(picture, gray, cv::COLOR_BGR2GRAY);
  if (gray.cols == size_px && gray.rows == size_px) return gray;
  // This takes two steps, because in one OpenCV averages only where both sides get smaller.
  cv::Mat reduced;
  cv::resize(gray, reduced, {std::min(size_px, gray.cols), std::min(size_px, gray.rows)}, 0, 0,
             cv::INTER_AREA);
  cv::Mat resized;
  cv::resize(reduced, resized, {size_px, size_px}, 0, 0, cv::INTER_LINEAR);
  return resized;
}

void check_no_class(const DatasetOptions& options) {
  if (options.category.empty()) return;
  throw Error(ErrorCode::bad_argument, "this kind of data set has no classes, so also no class \"" +
                                           options.category + "\"");
}

bool KnownPixels::contains(const cv::Mat& picture) const {
  return holds(hash_of_pixels(picture), picture);
}

bool KnownPixels::holds(std::uint64_t hash, const cv::Mat& picture) const {
  const auto [begin, end] = by_hash_.equal_range(hash);
  return std::any_of(begin, end,
                     [&](const auto& other) { return equal_pixels(other.second, picture); });
}

bool KnownPixels::insert(const cv::Mat& picture) {
  const std::uint64_t hash = hash_of_pixels(picture);
  if (holds(hash, picture)) return false;
  by_hash_.emplace(hash, picture);
  return true;
}

PictureSet without_repeats(PictureSet pictures) {
  KnownPixels seen;
  PictureSet result;
  for (Picture& picture : pictures)
    if (picture.clip >= 0 || !picture.noisy.empty() || seen.insert(picture.pixels))
      result.push_back(std::move(picture));
  return result;
}

void group_by_name(PictureSet& pictures, const std::string& pattern) {
  bool any = false;
  try {
    const std::regex regex(pattern);
    if (regex.mark_count() == 0)
      throw Error(ErrorCode::bad_argument,
                  "the pattern '" + pattern + "' has no group, as _([0-9]+)_ has");
    for (Picture& picture : pictures) {
      std::smatch match;
      if (!std::regex_search(picture.name, match, regex)) continue;
      picture.group = match[1];
      any = true;
    }
  } catch (const std::regex_error& error) {
    throw Error(ErrorCode::bad_argument,
                "'" + pattern + "' is no pattern like _([0-9]+)_: " + error.what());
  }
  // Going on would mix the groups that the caller wants to keep apart.
  if (!any && !pictures.empty())
    throw Error(ErrorCode::bad_argument, "the pattern '" + pattern +
                                             "' is in no name of a picture; the first is '" +
                                             pictures.front().name + "'");
}

Split split(PictureSet pictures, double validation_share, std::uint64_t seed) {
  if (!(validation_share >= 0 && validation_share < 1))
    throw Error(ErrorCode::bad_argument,
                "the share of validation pictures must be at least 0 and "
                "below 1, found " +
                    std::to_string(validation_share));
  // Photographs are numbered, and those of one group share a number.
  std::vector<int> part(pictures.size(), -1);
  std::map<std::string, int> groups;
  int part_count = 0;
  std::set<int> clips;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (pictures[i].clip >= 0) {
      clips.insert(pictures[i].clip);
    } else if (pictures[i].group.empty()) {
      part[i] = part_count++;
    } else {
      const auto [group, added] = groups.emplace(pictures[i].group, part_count);
      if (added) ++part_count;
      part[i] = group->second;
    }
  }
  std::vector<int> parts(part_count);
  std::iota(parts.begin(), parts.end(), 0);
  const std::set<int> held_photographs = draw_parts(parts, validation_share, seed);
  const std::set<int> held_clips =
      draw_parts({clips.begin(), clips.end()}, validation_share, seed + 1);

  Split result;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const bool held = pictures[i].clip < 0 ? held_photographs.contains(part[i])
                                           : held_clips.contains(pictures[i].clip);
    (held ? result.validation : result.training).push_back(std::move(pictures[i]));
  }
  return result;
}

Split grouped_split(PictureSet pictures, const std::string& group, double validation_share,
                    std::uint64_t seed) {
  pictures = without_repeats(std::move(pictures));
  if (!group.empty()) group_by_name(pictures, group);
  return split(std::move(pictures), validation_share, seed);
}

}  // namespace denoiseae
