// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads FER-2013 (Goodfellow et al., arXiv:1307.0414), as its CSV file or as folders
// part/class/picture.
#include <denoiseae/error.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <string_view>

#include "data/sources.h"

namespace denoiseae {
namespace {

namespace fs = std::filesystem;

constexpr int kSide = 48;
constexpr char kClassOfPaper[] = "disgust";
/// The order is that of the numbers in the CSV file.
constexpr std::array<std::string_view, 7> kClasses = {"angry", "disgust",  "fear",   "happy",
                                                      "sad",   "surprise", "neutral"};

struct Choice {
  bool test;
  std::string category;  ///< "all", or one of kClasses
};

/// A line of the CSV file, split at its commas.
class CsvLine {
 public:
  CsvLine(const fs::path& file, std::size_t offset, std::string_view text)
      : file_(file), offset_(offset), text_(text) {
    for (std::size_t begin = 0;;) {
      const std::size_t comma = text.find(',', begin);
      fields_.push_back(trimmed(text.substr(begin, comma - begin)));
      if (comma == std::string_view::npos) break;
      begin = comma + 1;
    }
  }

  std::size_t size() const { return fields_.size(); }

  std::string_view field(std::size_t i) const {
    if (i >= fields_.size()) fail(text_.data() + text_.size(), "the line has too few fields");
    return fields_[i];
  }

  /// Reads whole numbers from 0 to limit, divided by blanks.
  void numbers(std::size_t i, std::span<std::uint8_t> values, int limit) const {
    const std::string_view text = field(i);
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (std::uint8_t& value : values) {
      while (at < end && *at == ' ') ++at;
      int number = -1;
      const auto parsed = std::from_chars(at, end, number);
      if (parsed.ec != std::errc{} || number < 0 || number > limit)
        fail(at, "expected " + std::to_string(values.size()) + " numbers from 0 to " +
                     std::to_string(limit));
      value = static_cast<std::uint8_t>(number);
      at = parsed.ptr;
    }
    while (at < end && *at == ' ') ++at;
    if (at != end) fail(at, "expected " + std::to_string(values.size()) + " numbers, found more");
  }

  [[noreturn]] void fail_at_start(const std::string& what) const { fail(text_.data(), what); }

  [[noreturn]] void fail(const char* at, const std::string& what) const {
    throw Error(ErrorCode::corrupt,
                "'" + file_.string() + "', byte " +
                    std::to_string(offset_ + static_cast<std::size_t>(at - text_.data())) + ": " +
                    what);
  }

 private:
  static std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \r\"");
    const auto last = text.find_last_not_of(" \r\"");
    return first == std::string_view::npos ? text.substr(0, 0)
                                           : text.substr(first, last - first + 1);
  }

  const fs::path& file_;
  std::size_t offset_;
  std::string_view text_;
  std::vector<std::string_view> fields_;
};

using Columns = std::array<std::size_t, 3>;

/// The places of emotion, pixels and usage in the lines below the header.
Columns find_columns(const CsvLine& header) {
  constexpr std::array<std::string_view, 3> kNames = {"emotion", "pixels", "Usage"};
  Columns columns{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    while (columns[i] < header.size() && header.field(columns[i]) != kNames[i]) ++columns[i];
    if (columns[i] == header.size())
      header.fail_at_start(
          "expected the CSV file of FER-2013 with the columns emotion, pixels, Usage");
  }
  return columns;
}

PictureSet load_csv(const fs::path& path, const Choice& choice, const DatasetOptions& options) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::unreadable, "cannot open '" + path.string() + "'");
  std::string text;
  std::getline(file, text);
  const Columns column = find_columns({path, 0, text});
  std::size_t offset = text.size() + 1;
  PictureSet pictures;
  for (int line_number = 1; std::getline(file, text); ++line_number) {
    const CsvLine line(path, offset, text);
    offset += text.size() + 1;
    if (text.empty() || text == "\r") continue;
    std::uint8_t emotion = 0;
    line.numbers(column[0], {&emotion, 1}, kClasses.size() - 1);
    const std::string_view usage = line.field(column[2]);
    const bool test = usage == "PublicTest" || usage == "PrivateTest";
    if (!test && usage != "Training")
      line.fail(usage.data(), "expected Training, PublicTest or PrivateTest");
    // Lines that are not wanted are read, too: a broken file should not go unnoticed.
    cv::Mat pixels(kSide, kSide, CV_8UC1);
    line.numbers(column[1], {pixels.data, pixels.total()}, 255);
    if (test != choice.test || (choice.category != "all" && kClasses[emotion] != choice.category))
      continue;
    pictures.push_back({of_size(pixels, options.size_px), "line " + std::to_string(line_number)});
    if (options.limit > 0 && pictures.size() == options.limit) break;
  }
  if (file.bad()) throw Error(ErrorCode::unreadable, "cannot read '" + path.string() + "'");
  if (pictures.empty())
    throw Error(ErrorCode::not_found, "'" + path.string() + "' holds no picture of class " +
                                          choice.category + " to " +
                                          (choice.test ? "test" : "train"));
  return pictures;
}

PictureSet load_folders(const fs::path& folder, const Choice& choice,
                        const DatasetOptions& options) {
  fs::path part = folder / (choice.test ? "test" : "train");
  check_folder(part);
  DatasetOptions plain = options;
  plain.category.clear();
  if (choice.category == "all") return load_images(part, plain);
  PictureSet pictures = load_images(part / choice.category, plain);
  for (Picture& picture : pictures) picture.name = choice.category + "/" + picture.name;
  return pictures;
}

PictureSet load_part(const fs::path& path, const Choice& choice, const DatasetOptions& options) {
  if (fs::is_regular_file(path)) return load_csv(path, choice, options);
  check_folder(path);
  const fs::path csv = path / "fer2013.csv";
  return fs::is_regular_file(csv) ? load_csv(csv, choice, options)
                                  : load_folders(path, choice, options);
}

}  // namespace

PictureSet load_fer2013(const fs::path& path, const DatasetOptions& options) {
  Choice choice{options.part == "test",
                options.category.empty() ? kClassOfPaper : options.category};
  if (choice.category != "all" &&
      std::find(kClasses.begin(), kClasses.end(), choice.category) == kClasses.end()) {
    std::string known = "all";
    for (const std::string_view name : kClasses) known += ", " + std::string(name);
    throw Error(ErrorCode::bad_argument,
                "FER-2013 has no class \"" + choice.category + "\"; it has " + known);
  }
  if (!choice.test) return load_part(path, choice, options);

  // The set repeats itself, and a picture that was trained on says nothing in a test.
  DatasetOptions unlimited = options;
  unlimited.limit = 0;
  KnownPixels trained;
  for (const Picture& picture : load_part(path, {false, "all"}, unlimited))
    trained.insert(picture.pixels);
  PictureSet pictures;
  for (Picture& picture : load_part(path, choice, unlimited))
    if (!trained.contains(picture.pixels)) pictures.push_back(std::move(picture));
  if (pictures.empty())
    throw Error(ErrorCode::not_found,
                "every picture to test in '" + path.string() + "' is also one to train on");
  if (options.limit > 0 && pictures.size() > options.limit) pictures.resize(options.limit);
  return pictures;
}

}  // namespace denoiseae
