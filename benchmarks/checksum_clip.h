// SPDX-License-Identifier: LGPL-2.1-or-later
// A clip drawn in whole numbers, alike on every machine: a texture that pans by quarters of a
// pixel, an inset that moves against it, and a cut.
#pragma once

#include <denoiseae/frame.h>

#include <cstdint>

namespace denoiseae::bench {

struct Size {
  int width = 0;
  int height = 0;
};

class Clip {
 public:
  Clip(PixelFormat format, Size size) : format_(format_info(format)), size_(size) {}

  void draw(int index, const FrameView& view) const {
    for (int c = 0; c < format_.component_count; ++c) {
      const Component& component = format_.component[c];
      for (int y = 0; y < format_.component_height(c, size_.height); ++y) {
        std::uint8_t* sample = view.component_row(c, y);
        for (int x = 0; x < format_.component_width(c, size_.width); ++x) {
          write(value(c, index, x << component.log2_sub_x, y << component.log2_sub_y), sample);
          sample += component.step_bytes;
        }
      }
    }
    draw_extra(index, view);
  }

 private:
  static constexpr int kCut = 5;  ///< the first frame of another scene

  /// This is the finaliser of MurmurHash3, https://github.com/aappleby/smhasher.
  static std::uint32_t hash(std::uint32_t value) {
    value = (value ^ value >> 16) * 0x85ebca6bu;
    value = (value ^ value >> 13) * 0xc2b2ae35u;
    return value ^ value >> 16;
  }

  /// Returns 0 ... 255 for the corner of a cell.
  static std::int64_t corner(int x, int y, std::uint32_t seed) {
    const auto at = static_cast<std::uint32_t>(y) * 65536u + static_cast<std::uint32_t>(x);
    return hash(hash(at) + seed) >> 24;
  }

  /// Returns 0 ... 65535: detail of 4 to 32 pixels is bilinear between corners, and coarse detail
  /// is twice as strong as the next finer. x and y count quarters of a pixel and are not negative.
  static int texture(int x, int y, std::uint32_t seed) {
    std::int64_t sum = 0;
    for (int log2_cell = 4; log2_cell <= 7; ++log2_cell) {
      const int cell = 1 << log2_cell, u = x & (cell - 1), v = y & (cell - 1);
      const int i = x >> log2_cell, j = y >> log2_cell;
      const std::uint32_t layer = seed * 8 + static_cast<std::uint32_t>(log2_cell);
      const std::int64_t above = corner(i, j, layer) * (cell - u) + corner(i + 1, j, layer) * u;
      const std::int64_t below =
          corner(i, j + 1, layer) * (cell - u) + corner(i + 1, j + 1, layer) * u;
      sum += (above * (cell - v) + below * v) * 256 >> (2 * log2_cell) << (log2_cell - 4);
    }
    return static_cast<int>(sum / 15);
  }

  /// Returns component c of the picture at a pixel, 0 ... 65535.
  int value(int c, int index, int x, int y) const {
    const std::uint32_t scene = index < kCut ? 1 : 2;
    const int left = size_.width / 4 + 3 * index, top = size_.height / 3 - index;
    const bool inset =
        x >= left && x < left + size_.width / 3 && y >= top && y < top + size_.height / 3;
    const int right4 = 1024 + (inset ? -12 : 5) * index, down4 = 1024 + (inset ? 4 : -3) * index;
    const auto layer = [&](std::uint32_t number) {
      return texture(4 * x + right4, 4 * y + down4, 16 * scene + (inset ? 8 : 0) + number);
    };
    if (c == 0) return layer(0);
    const int own = layer(static_cast<std::uint32_t>(c));
    // Chroma stays near gray, and colours mostly follow the first.
    if (format_.family == ColorFamily::yuv) return 32768 + (own - 32768) / 2;
    return (3 * layer(0) + own) / 4;
  }

  void write(int value_of_16_bits, std::uint8_t* sample) const {
    const int code = value_of_16_bits >> (16 - format_.depth) << format_.low_bits;
    sample[0] = static_cast<std::uint8_t>(code);
    if (format_.sample_bytes() == 2) sample[1] = static_cast<std::uint8_t>(code >> 8);
  }

  /// Fills alpha or padding, which the denoiser must hand on.
  void draw_extra(int index, const FrameView& view) const {
    if (!format_.has_extra()) return;
    const Component& extra = format_.extra;
    for (int y = 0; y < size_.height; ++y)
      for (int x = 0; x < size_.width; ++x)
        for (int i = 0; i < format_.sample_bytes(); ++i)
          view.row(extra.plane, y)[x * extra.step_bytes + extra.offset_bytes + i] =
              static_cast<std::uint8_t>(x + 3 * y + 5 * index + 7 * i);
  }

  const FormatInfo& format_;
  Size size_;
};

}  // namespace denoiseae::bench
