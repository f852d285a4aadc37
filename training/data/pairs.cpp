// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads pictures together with versions of them whose noise is real.
#include <denoiseae/error.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "data/sources.h"

namespace denoiseae {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCleanEnd = "_clean";
constexpr std::string_view kNoisyEnd = "_noisy";

/// Puts the noisy versions, in the same order, beside the clean pictures.
PictureSet joined(PictureSet clean, PictureSet noisy, const fs::path& folder) {
  if (clean.size() != noisy.size())
    throw Error(ErrorCode::corrupt, "'" + folder.string() + "' has " +
                                        std::to_string(clean.size()) + " clean pictures and " +
                                        std::to_string(noisy.size()) +
                                        " noisy ones; each needs its other version");
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if (clean[i].pixels.size() != noisy[i].pixels.size() ||
        clean[i].pixels.type() != noisy[i].pixels.type())
      throw Error(ErrorCode::corrupt, "'" + clean[i].name + "' and '" + noisy[i].name + "' in '" +
                                          folder.string() + "' differ in size or colours");
    clean[i].noisy = std::move(noisy[i].pixels);
  }
  return clean;
}

/// Reads the folders clean and noisy.
PictureSet load_two_folders(const fs::path& folder, const DatasetOptions& options) {
  const auto load = guess_dataset(folder / "clean").load;
  PictureSet clean = load(folder / "clean", options), noisy = load(folder / "noisy", options);
  for (std::size_t i = 0; i < std::min(clean.size(), noisy.size()); ++i) {
    const auto without_ending = [](const Picture& picture) {
      return fs::path(picture.name).replace_extension();
    };
    if (without_ending(clean[i]) != without_ending(noisy[i]))
      throw Error(ErrorCode::corrupt, "'" + folder.string() + "' holds clean/" + clean[i].name +
                                          " where noisy has " + noisy[i].name +
                                          "; the names must be equal");
  }
  return joined(std::move(clean), std::move(noisy), folder);
}

}  // namespace

PictureSet load_pairs(const fs::path& folder, const DatasetOptions& options) {
  check_no_class(options);
  check_folder(folder);
  if (fs::is_directory(folder / "clean")) return load_two_folders(folder, options);
  std::vector<PictureFile> clean, noisy;
  const auto skip = fs::directory_options::skip_permission_denied;
  for (const auto& entry : fs::recursive_directory_iterator(folder, skip)) {
    const fs::path& path = entry.path();
    if (!entry.is_regular_file() || !is_picture_file(path) ||
        !path.stem().string().ends_with(kCleanEnd))
      continue;
    clean.push_back({path});
  }
  std::sort(clean.begin(), clean.end(),
            [](const PictureFile& a, const PictureFile& b) { return a.path < b.path; });
  if (options.limit > 0 && clean.size() > options.limit) clean.resize(options.limit);
  for (const PictureFile& file : clean) {
    std::string name = file.path.stem().string();
    name.replace(name.size() - kCleanEnd.size(), kCleanEnd.size(), kNoisyEnd);
    const fs::path other = file.path.parent_path() / (name + file.path.extension().string());
    if (!fs::is_regular_file(other))
      throw Error(ErrorCode::not_found, "'" + file.path.string() + "' has no '" +
                                            other.filename().string() + "' beside it");
    noisy.push_back({other});
  }
  return joined(decode(clean, folder, options), decode(noisy, folder, options), folder);
}

}  // namespace denoiseae
