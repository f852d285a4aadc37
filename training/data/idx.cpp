// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads pictures from an IDX file of unsigned bytes in three dimensions, as
// http://yann.lecun.com/exdb/mnist/ defines it.
#include <denoiseae/error.h>
#include <zlib.h>

#include <array>
#include <cstdio>
#include <memory>

#include "data/sources.h"

namespace denoiseae {
namespace {

constexpr std::uint32_t kMagic = 0x00000803;
constexpr std::uint32_t kMaxSide = 4096;
constexpr std::uint32_t kMaxPictures = 1 << 24;

/// Reads a file, plain or gzip, and knows how far it got.
class IdxFile {
 public:
  explicit IdxFile(const std::filesystem::path& path) : path_(path) {
    if (!std::filesystem::exists(path))
      throw Error(ErrorCode::not_found,
                  "'" + path.string() + "' does not exist; expected an IDX file");
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) throw Error(ErrorCode::unreadable, "cannot open '" + path.string() + "'");
  }

  void read(std::uint8_t* bytes, std::size_t size, const char* what) {
    // gzread counts in int; a picture is at most kMaxSide x kMaxSide bytes.
    const int count = gzread(file_.get(), bytes, static_cast<unsigned>(size));
    if (count > 0) position_ += static_cast<std::size_t>(count);
    if (count != static_cast<int>(size)) {
      int code = Z_OK;
      const std::string reason = gzerror(file_.get(), &code);
      fail(position_,
           std::string("ends within ") + what + (code == Z_OK ? "" : " (" + reason + ")"));
    }
  }

  std::uint32_t read_number(const char* what) {
    std::array<std::uint8_t, 4> b{};
    read(b.data(), b.size(), what);
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
  }

  void expect_end() {
    std::uint8_t more = 0;
    if (gzread(file_.get(), &more, 1) != 0)
      fail(position_, "should end here by the size in its header, but goes on");
  }

  [[noreturn]] void fail(std::size_t position, const std::string& what) const {
    throw Error(ErrorCode::corrupt, "'" + path_.string() + "', byte " + std::to_string(position) +
                                        " (uncompressed): " + what);
  }

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::size_t position_ = 0;
};

}  // namespace

PictureSet load_idx(const std::filesystem::path& path, const DatasetOptions& options) {
  return read_idx(path, options, {});
}

PictureSet read_idx(const std::filesystem::path& path, const DatasetOptions& options,
                    std::optional<IdxShape> expected) {
  check_no_class(options);
  IdxFile file(path);
  const std::uint32_t magic = file.read_number("the header");
  if (magic != kMagic) {
    std::array<char, 16> found{};
    std::snprintf(found.data(), found.size(), "%08x", magic);
    file.fail(0, std::string("expected an IDX file of pictures (00000803), found ") + found.data());
  }
  const std::uint32_t count = file.read_number("the header");
  const std::uint32_t height = file.read_number("the header");
  const std::uint32_t width = file.read_number("the header");
  if (count == 0 || count > kMaxPictures)
    file.fail(4, "impossible number of pictures " + std::to_string(count));
  if (height == 0 || height > kMaxSide || width == 0 || width > kMaxSide)
    file.fail(8, "impossible size " + std::to_string(width) + "x" + std::to_string(height));
  if (expected && count != expected->count)
    file.fail(4, "expected " + std::to_string(expected->count) + " pictures, found " +
                     std::to_string(count));
  if (expected && (height != expected->height || width != expected->width))
    file.fail(8, "expected pictures of " + std::to_string(expected->width) + "x" +
                     std::to_string(expected->height) + ", found " + std::to_string(width) + "x" +
                     std::to_string(height));

  const bool all = options.limit == 0 || options.limit >= count;
  const std::size_t wanted = all ? count : options.limit;
  PictureSet pictures;
  for (std::size_t i = 0; i < wanted; ++i) {
    cv::Mat pixels(static_cast<int>(height), static_cast<int>(width), CV_8UC1);
    const std::string name = std::to_string(i);
    file.read(pixels.data, pixels.total(),
              ("picture " + name + " of " + std::to_string(count)).c_str());
    pictures.push_back({of_size(pixels, options.size_px), name});
  }
  if (all) file.expect_end();
  return pictures;
}

}  // namespace denoiseae
