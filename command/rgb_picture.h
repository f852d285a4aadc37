// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures in RGB of 8 bits, on which previews are drawn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "av.h"
#include "busiest_area.h"
#include "part_file.h"

namespace command {

struct RgbPicture {
  RgbPicture(int width, int height, std::uint8_t value);

  std::uint8_t* pixel(int x, int y) {
    return bytes.data() + 3 * (static_cast<std::size_t>(y) * width + x);
  }
  const std::uint8_t* pixel(int x, int y) const {
    return bytes.data() + 3 * (static_cast<std::size_t>(y) * width + x);
  }

  int width;
  int height;
  std::vector<std::uint8_t> bytes;
};

/// Returns a frame of any format in the given size.
RgbPicture to_rgb(const AVFrame& frame, int width, int height);
/// Turns a picture clockwise by 0, 90, 180 or 270 degrees.
RgbPicture turned(const RgbPicture& picture, int degrees);
/// Magnifies or reduces a part of one picture into a part of another, without mixing pixels.
void paste(const RgbPicture& from, const Area& part, RgbPicture& to, const Area& place);
/// Draws a box of two pixels inside an area.
void draw_box(RgbPicture& picture, const Area& area);
/// Writes small letters, digits, dots and colons. scale: the size of a dot in pixels.
void draw_text(RgbPicture& picture, int x, int y, int scale, const std::string& text);
/// Returns the part of a quarter of width and height in which the picture has the most edges.
Area find_detail(const RgbPicture& picture);
/// Completes a file in PNG, or in JPEG where its name ends so. Throws Failure.
void write_picture(const RgbPicture& picture, PartFile& file);
/// Throws Failure for a name that write_picture does not take.
void check_picture_name(const std::filesystem::path& path);

}  // namespace command
