// SPDX-License-Identifier: LGPL-2.1-or-later
// Declares the loaders behind the table of data sets, and what they share.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/picture_set.h"

namespace denoiseae {

PictureSet load_images(const std::filesystem::path& folder, const DatasetOptions& options);
PictureSet load_frames(const std::filesystem::path& folder, const DatasetOptions& options);
PictureSet load_pairs(const std::filesystem::path& folder, const DatasetOptions& options);
PictureSet load_idx(const std::filesystem::path& file, const DatasetOptions& options);

PictureSet load_mnist(const std::filesystem::path& path, const DatasetOptions& options);
PictureSet load_fer2013(const std::filesystem::path& path, const DatasetOptions& options);
PictureSet load_vinbigdata(const std::filesystem::path& folder, const DatasetOptions& options);

/// The header of an IDX file.
struct IdxShape {
  std::uint32_t count;
  std::uint32_t height;
  std::uint32_t width;
};

/// Reads a file as load_idx does. expected: a shape that the file must have. Throws corrupt with
/// the byte that says otherwise.
PictureSet read_idx(const std::filesystem::path& file, const DatasetOptions& options,
                    std::optional<IdxShape> expected);

/// Returns a gray square of the given size, averaged by area where it gets smaller; 0 = the picture
/// as it is.
cv::Mat of_size(const cv::Mat& picture, int size_px);

/// Throws bad_argument when the options name a class. It is for sets without classes.
void check_no_class(const DatasetOptions& options);

/// A set of pictures that are known by their pixels, size and type.
class KnownPixels {
 public:
  bool contains(const cv::Mat& picture) const;
  /// Shares the pixels. Returns false when an equal picture is there already.
  bool insert(const cv::Mat& picture);

 private:
  bool holds(std::uint64_t hash, const cv::Mat& picture) const;

  std::unordered_multimap<std::uint64_t, cv::Mat> by_hash_;
};

/// Throws not_found unless the folder exists.
void check_folder(const std::filesystem::path& folder);

/// Whether the name ends as a picture file's does, in any case.
bool is_picture_file(const std::filesystem::path& path);

/// Returns the folders directly in a folder, by name.
std::vector<std::filesystem::path> sub_folders(const std::filesystem::path& folder);

/// Returns the picture files directly in a folder, in the order of the numbers in their names.
std::vector<std::filesystem::path> frame_files(const std::filesystem::path& folder);

/// Whether a sub-folder holds at least two pictures named by consecutive numbers.
bool holds_clips(const std::filesystem::path& folder);

/// Whether the name ends as a video file's does, in any case.
bool is_video_file(const std::filesystem::path& path);

/// Returns the video files directly in a folder, by name.
std::vector<std::filesystem::path> video_files(const std::filesystem::path& folder);

/// Whether the files in a folder are all video files, and it has no sub-folder.
bool holds_only_videos(const std::filesystem::path& folder);

/// Decodes one clip per file, of at least one file. Frames keep their numbers in the file. Files
/// without a frame are logged and left out. Throws corrupt when all are.
PictureSet decode_videos(const std::vector<std::filesystem::path>& files,
                         const DatasetOptions& options);

/// A picture that is still to be decoded.
struct PictureFile {
  std::filesystem::path path;
  int clip = -1;
  int frame = 0;
};

/// Decodes on all cores. Names are relative to the folder. Broken files are logged and left out.
/// Throws not_found for no file, corrupt when all are broken.
PictureSet decode(const std::vector<PictureFile>& files, const std::filesystem::path& folder,
                  const DatasetOptions& options);

}  // namespace denoiseae
