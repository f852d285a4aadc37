// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/dataset_files.h"

#include <zlib.h>

#include <map>
#include <opencv2/imgcodecs.hpp>

#include "support/check.h"

namespace denoiseae::test {
namespace {

using Writer = std::filesystem::path (*)(const TempFolder&);

std::filesystem::path write_images(const TempFolder& folder) {
  for (int i = 0; i < 6; ++i)
    write_picture(folder / ("sub" + std::to_string(i % 2) + "/p" + std::to_string(i) + ".png"),
                  numbered_picture(i, i % 2 == 0 ? 3 : 1));
  return folder.path();
}

std::filesystem::path write_frames(const TempFolder& folder) {
  for (int clip = 0; clip < 4; ++clip)
    for (int i = 0; i < 3; ++i)
      write_picture(folder / ("clip" + std::to_string(clip) + "/0000" + std::to_string(i) + ".png"),
                    numbered_picture(clip * 3 + i));
  return folder.path();
}

std::filesystem::path write_pairs(const TempFolder& folder) {
  for (int i = 0; i < 5; ++i) {
    const std::string name = "p" + std::to_string(i);
    write_picture(folder / (name + "_clean.png"), numbered_picture(i));
    write_picture(folder / (name + "_noisy.png"), numbered_picture(i) + cv::Scalar::all(2));
  }
  return folder.path();
}

std::filesystem::path write_mnist(const TempFolder& folder) {
  write_gzip(folder / "train-images-idx3-ubyte.gz", idx_bytes(60000, 28, 28));
  return folder.path();
}

std::filesystem::path write_fer2013(const TempFolder& folder) {
  std::string text = "emotion,pixels,Usage\n";
  for (int i = 0; i < 5; ++i) text += "1," + fer_pixels(i) + ",Training\n";
  write_file(folder / "fer2013.csv", text);
  return folder / "fer2013.csv";
}

std::filesystem::path write_idx(const TempFolder& folder) {
  write_gzip(folder / "pictures.gz", idx_bytes(6));
  return folder / "pictures.gz";
}

/// One for every row of the table.
const std::map<std::string, Writer> kWriters = {
    {"images", write_images},   {"frames", write_frames},
    {"mnist", write_mnist},     {"fashion-mnist", write_mnist},
    {"fer2013", write_fer2013}, {"vinbigdata", write_images},
    {"idx", write_idx},         {"pairs", write_pairs},
};

}  // namespace

cv::Mat numbered_picture(int number, int channels, int width, int height) {
  cv::Mat picture(height, width, CV_8UC(channels));
  for (int y = 0; y < height; ++y)
    for (int i = 0; i < width * channels; ++i)
      picture.ptr<std::uint8_t>(y)[i] = static_cast<std::uint8_t>(number * 16 + y + i);
  return picture;
}

void write_picture(const std::filesystem::path& path, const cv::Mat& picture) {
  ck_assert(cv::imwrite(path.string(), picture));
}

void write_gzip(const std::filesystem::path& path, const std::string& bytes) {
  gzFile file = gzopen(path.c_str(), "wb1");
  ck_assert(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) ==
            static_cast<int>(bytes.size()));
  ck_assert_int_eq(gzclose(file), Z_OK);
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
  return bytes;
}

std::string idx_bytes(int count, int width, int height) {
  std::string bytes =
      big_endian(0x803) + big_endian(count) + big_endian(height) + big_endian(width);
  for (int i = 0; i < count * width * height; ++i) bytes += static_cast<char>(i * 7);
  return bytes;
}

std::uint8_t fer_pixel(int number, int at) {
  return static_cast<std::uint8_t>(number * 16 + at * 3);
}

std::string fer_pixels(int number) {
  std::string text;
  for (int i = 0; i < 48 * 48; ++i)
    text += (i == 0 ? "" : " ") + std::to_string(fer_pixel(number, i));
  return text;
}

std::filesystem::path write_example(const std::string& dataset, const TempFolder& folder) {
  const auto writer = kWriters.find(dataset);
  ck_assert_msg(writer != kWriters.end(), "no example of data set %s", dataset.c_str());
  return writer->second(folder);
}

std::string text_of(const PictureSet& pictures) {
  std::string text;
  for (const Picture& picture : pictures) {
    text += picture.name + " " + std::to_string(picture.clip) + " " +
            std::to_string(picture.frame) + " ";
    for (int y = 0; y < picture.pixels.rows; ++y)
      text.append(picture.pixels.ptr<char>(y), picture.pixels.cols * picture.pixels.elemSize());
  }
  return text;
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

LogCallback log_into(std::string& text) {
  return [&text](LogLevel, std::string_view message) { text.append(message) += '\n'; };
}

}  // namespace denoiseae::test
