// SPDX-License-Identifier: LGPL-2.1-or-later
// THE table of data sets, and the split into training and validation.
#include <denoiseae/error.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "data/picture_set.h"
#include "data/sources.h"
#include "noise/random.h"

namespace denoiseae {
namespace {

constexpr std::array kDatasets = {
    DatasetInfo{"images", "a folder of pictures, with its sub-folders", load_images},
    DatasetInfo{"frames", "a folder of folders of numbered frames, or one folder of frames",
                load_frames},
    DatasetInfo{"idx", "an IDX file of pictures (MNIST and its kin), plain or gzip", load_idx},
};

/// A random choice of a share of the parts.
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
  if (std::filesystem::is_regular_file(path)) return find_dataset("idx");
  check_folder(path);
  return find_dataset(holds_clips(path) ? "frames" : "images");
}

Split split(PictureSet pictures, double validation_share, std::uint64_t seed) {
  if (!(validation_share >= 0 && validation_share < 1))
    throw Error(ErrorCode::bad_argument,
                "the share of validation pictures must be at least 0 and "
                "below 1, found " +
                    std::to_string(validation_share));
  std::vector<int> photographs;
  std::set<int> clips;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (pictures[i].clip < 0)
      photographs.push_back(static_cast<int>(i));
    else
      clips.insert(pictures[i].clip);
  }
  const std::set<int> held_photographs = draw_parts(photographs, validation_share, seed);
  const std::set<int> held_clips =
      draw_parts({clips.begin(), clips.end()}, validation_share, seed + 1);

  Split result;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const bool held = pictures[i].clip < 0 ? held_photographs.contains(static_cast<int>(i))
                                           : held_clips.contains(pictures[i].clip);
    (held ? result.validation : result.training).push_back(std::move(pictures[i]));
  }
  return result;
}

}  // namespace denoiseae
