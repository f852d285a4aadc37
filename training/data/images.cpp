// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads photographs from a folder, and decodes for all folders of pictures.
#include <denoiseae/error.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgcodecs.hpp>

#include "data/sources.h"

namespace denoiseae {
namespace {

namespace fs = std::filesystem;

/// Whether a JPEG file ends early. It then decodes to a picture with a gray rest, and its end
/// marker is missing.
bool ends_early(const std::vector<unsigned char>& bytes) {
  if (bytes.size() < 2 || bytes[0] != 0xff || bytes[1] != 0xd8) return false;
  constexpr std::array<unsigned char, 2> kScan = {0xff, 0xda};
  constexpr std::array<unsigned char, 2> kEnd = {0xff, 0xd9};
  const auto scan = std::find_end(bytes.begin(), bytes.end(), kScan.begin(), kScan.end());
  return std::search(scan, bytes.end(), kEnd.begin(), kEnd.end()) == bytes.end();
}

/// Returns an empty picture when the file cannot be read or is no whole picture.
cv::Mat decode_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<unsigned char> bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.empty() || ends_early(bytes)) return {};
  try {
    return cv::imdecode(bytes, cv::IMREAD_ANYCOLOR);
  } catch (const cv::Exception&) {
    return {};
  }
}

}  // namespace

void check_folder(const fs::path& folder) {
  if (fs::is_directory(folder)) return;
  throw Error(ErrorCode::not_found,
              "'" + folder.string() + "' is not a folder; expected a folder of pictures");
}

bool is_picture_file(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array kEndings = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

PictureSet decode(const std::vector<PictureFile>& files, const fs::path& folder,
                  const DatasetOptions& options) {
  if (files.empty())
    throw Error(ErrorCode::not_found, "no picture in '" + folder.string() +
                                          "'; expected png, jpg, bmp, tif or webp files");
  std::vector<cv::Mat> decoded(files.size());
  cv::parallel_for_(cv::Range(0, static_cast<int>(files.size())), [&](const cv::Range& range) {
    for (int i = range.start; i < range.end; ++i)
      decoded[i] = of_size(decode_file(files[i].path), options.size_px);
  });

  PictureSet pictures;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!decoded[i].empty()) {
      pictures.push_back({std::move(decoded[i]),
                          files[i].path.lexically_relative(folder).generic_string(), files[i].clip,
                          files[i].frame});
    } else if (options.log) {
      options.log(LogLevel::warning,
                  "skipped '" + files[i].path.string() + "': not a whole picture");
    }
  }
  if (pictures.empty())
    throw Error(ErrorCode::corrupt, "none of the " + std::to_string(files.size()) +
                                        " picture files in '" + folder.string() +
                                        "' can be decoded");
  return pictures;
}

PictureSet load_images(const fs::path& folder, const DatasetOptions& options) {
  check_no_class(options);
  check_folder(folder);
  std::vector<PictureFile> files;
  const auto skip = fs::directory_options::skip_permission_denied;
  for (const auto& entry : fs::recursive_directory_iterator(folder, skip))
    if (entry.is_regular_file() && is_picture_file(entry.path())) files.push_back({entry.path()});
  std::sort(files.begin(), files.end(),
            [](const PictureFile& a, const PictureFile& b) { return a.path < b.path; });
  if (options.limit > 0 && files.size() > options.limit) files.resize(options.limit);
  return decode(files, folder, options);
}

PictureSet load_vinbigdata(const fs::path& folder, const DatasetOptions& options) {
  constexpr int kSizeInPaper = 52;
  DatasetOptions reduced = options;
  if (options.size_px == 0) reduced.size_px = kSizeInPaper;
  return load_images(folder, reduced);
}

}  // namespace denoiseae
