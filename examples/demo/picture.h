// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes pictures of frames, compares them, and scales them into one another.
#pragma once

#include <gst/gst.h>
#include <gst/video/video.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace demo {

/// A pixel has four bytes: blue, green, red, and one without a meaning.
struct Picture {
  Picture(int width, int height, std::uint8_t value);
  std::uint8_t* pixel(int x, int y) { return bytes.data() + offset(x, y); }
  const std::uint8_t* pixel(int x, int y) const { return bytes.data() + offset(x, y); }

  int width;
  int height;
  std::vector<std::uint8_t> bytes;

 private:
  std::size_t offset(int x, int y) const { return 4 * (static_cast<std::size_t>(y) * width + x); }
};

struct Window {
  int x;
  int y;
  int width;
  int height;
};

/// Converts a frame of any format. Throws std::runtime_error when it cannot be read.
Picture to_picture(GstSample* sample);

/// Returns the difference of the pictures on gray. It shows noise if all went well, and lines and
/// faces if not.
Picture removed(const Picture& noisy, const Picture& denoised);

/// Scales a window of one picture into a window of another.
void paste(const Picture& from, const Window& window, Picture& to, const Window& place,
           GstVideoResamplerMethod method);

/// Returns the window with the most structure among those of a quarter of the width and height.
Window find_detail(const Picture& picture);

}  // namespace demo
