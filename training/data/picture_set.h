// SPDX-License-Identifier: LGPL-2.1-or-later
// Clean pictures to train and measure on, and THE table of the data sets that they come from.
#pragma once

#include <denoiseae/log.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace denoiseae {

/// A clean picture: a photograph, or one frame of a clip.
struct Picture {
  cv::Mat pixels;     ///< 8UC1 (gray) or 8UC3 (BGR)
  std::string name;   ///< path below the folder of the data set, or number in an IDX file
  int clip = -1;      ///< number of its clip; -1 = the picture is a photograph
  int frame = 0;      ///< its place in the clip
  std::string group;  ///< photographs of one group stay together; "" = the picture stands alone
  cv::Mat noisy;      ///< the picture with noise that was measured; empty = there is none
};

using PictureSet = std::vector<Picture>;

/// The way in which a data set is read.
struct DatasetOptions {
  /// Only the first pictures are read, or the first clips where there are clips; 0 = all.
  std::size_t limit = 0;
  std::string part = "train";  ///< for sets that come in parts: "train" or "test"
  std::string category;        ///< for sets of several classes; "" = the set's own choice, "all"
  /// Pictures become gray squares of this size, averaged by area; 0 = they stay as they are.
  int size_px = 0;
  /// At most this many frames are read of a video file, in runs of consecutive ones that are spread
  /// over the file; 0 = all.
  int video_frames = 64;
  LogCallback log;  ///< told about files that are skipped
};

/// One row of the table of data sets.
struct DatasetInfo {
  std::string_view name;  ///< "images"
  /// Reads everything into memory, in an order that depends on names only. Throws not_found naming
  /// the path when there is no usable picture, corrupt when every file is broken, bad_argument for
  /// a class that the set does not have.
  PictureSet (*load)(const std::filesystem::path& path, const DatasetOptions& options);
};

std::span<const DatasetInfo> datasets() noexcept;
/// Throws bad_argument that lists the known names.
const DatasetInfo& find_dataset(std::string_view name);
/// Returns the row that fits what the path is: a video file is frames, any other file idx. A folder
/// of folders of pictures named by consecutive numbers, or of nothing but video files, is frames,
/// every other folder is images. Throws not_found.
const DatasetInfo& guess_dataset(const std::filesystem::path& path);

/// Keeps the first of the photographs that have the same pixels; frames of clips, and pictures with
/// measured noise, all stay.
PictureSet without_repeats(PictureSet pictures);

struct Split {
  PictureSet training;
  PictureSet validation;
};

/// Puts the photographs whose names hold the same text where the pattern (ECMAScript) has its first
/// group into one group: "_([0-9]{8})_" = by the number of the patient. Throws bad_argument, also
/// when no name matches.
void group_by_name(PictureSet& pictures, const std::string& pattern);

/// Splits by photograph or group, and by clip, so that none of these is on both sides. Equal sets,
/// shares and seeds give equal splits. validation_share: 0 ... 1 (exclusive), of the photographs
/// and of the clips, rounded. Both sides get at least one part when it is above 0 and there are
/// two. Throws bad_argument.
Split split(PictureSet pictures, double validation_share, std::uint64_t seed);

/// Splits as training and its evaluation must agree on: without repeated photographs, and with
/// those of one group together. group: pattern for group_by_name; "" = each picture stands alone.
/// Throws bad_argument.
Split grouped_split(PictureSet pictures, const std::string& group, double validation_share,
                    std::uint64_t seed);

}  // namespace denoiseae
