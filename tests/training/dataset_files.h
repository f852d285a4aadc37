// SPDX-License-Identifier: LGPL-2.1-or-later
// Small files of every kind of data set, and what the tests of data sets compare.
#pragma once

#include <filesystem>
#include <functional>
#include <opencv2/core.hpp>
#include <string>

#include "data/picture_set.h"
#include "support/temp_folder.h"

namespace denoiseae::test {

/// A picture that differs from those of other numbers.
cv::Mat numbered_picture(int number, int channels = 3, int width = 24, int height = 16);
void write_picture(const std::filesystem::path& path, const cv::Mat& picture);
void write_gzip(const std::filesystem::path& path, const std::string& bytes);

std::string big_endian(std::uint32_t number);
/// Byte i of the pictures is 7 i.
std::string idx_bytes(int count, int width = 5, int height = 4);

/// The value of a pixel of an example of FER-2013.
std::uint8_t fer_pixel(int number, int at);
/// The field "pixels" of a line of its CSV file.
std::string fer_pixels(int number);

/// Writes an example of the data set, of at least four parts; returns the path to give.
std::filesystem::path write_example(const std::string& dataset, const TempFolder& folder);

/// Names, places and pixels.
std::string text_of(const PictureSet& pictures);
/// Returns the message of the error that the action throws; "" when it throws none.
std::string message_of(const std::function<void()>& action);
/// Returns a callback that appends each message to text as a line.
LogCallback log_into(std::string& text);

}  // namespace denoiseae::test
