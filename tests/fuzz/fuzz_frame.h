// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames whose memory ends with their last pixel.
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

namespace denoiseae::fuzz {

/// How the rows of a frame lie in memory.
struct FrameShape {
  PixelFormat format = PixelFormat::i420;
  int width = 1;
  int height = 1;
  int padding_bytes = 0;  ///< between rows; behind the last row there are none
  int offset_bytes = 0;   ///< from an aligned address to the first pixel
  bool upside_down = false;
};

/// Each plane has memory of its own without a byte before or behind it, so that AddressSanitizer
/// sees every byte that is touched outside.
class FuzzFrame {
 public:
  explicit FuzzFrame(const FrameShape& shape) : shape_(shape) {
    const FormatInfo& info = format_info(shape.format);
    for (int p = 0; p < info.plane_count; ++p) {
      row_bytes_[p] = info.plane_row_bytes(p, shape.width);
      rows_[p] = info.plane_rows(p, shape.height);
      const std::size_t stride = row_bytes_[p] + shape.padding_bytes;
      planes_[p].assign(shape.offset_bytes + (rows_[p] - 1) * stride + row_bytes_[p], kPadding);
      planes_[p].shrink_to_fit();
    }
  }

  FrameView view() {
    FrameView view{shape_.format, shape_.width, shape_.height, {}, {}};
    for (int p = 0; p < format_info(shape_.format).plane_count; ++p) {
      const std::ptrdiff_t stride = row_bytes_[p] + shape_.padding_bytes;
      std::uint8_t* const first = planes_[p].data() + shape_.offset_bytes;
      view.data[p] = shape_.upside_down ? first + (rows_[p] - 1) * stride : first;
      view.stride_bytes[p] = shape_.upside_down ? -stride : stride;
    }
    return view;
  }

  /// Calls put(plane, x, y) for the value of each byte of the pixels.
  template <typename Put>
  void fill(const Put& put) {
    const FrameView frame = view();
    for (int p = 0; p < format_info(shape_.format).plane_count; ++p)
      for (int y = 0; y < rows_[p]; ++y)
        for (int x = 0; x < row_bytes_[p]; ++x) frame.row(p, y)[x] = put(p, x, y);
  }

  /// Whether the bytes between the rows are as they were.
  bool padding_is_untouched() {
    const FrameView frame = view();
    for (int p = 0; p < format_info(shape_.format).plane_count; ++p)
      // In memory, padding follows every row but the last.
      for (int y = 0; y < rows_[p]; ++y) {
        if (y == (shape_.upside_down ? 0 : rows_[p] - 1)) continue;
        const std::uint8_t* const padding = frame.row(p, y) + row_bytes_[p];
        if (std::any_of(padding, padding + shape_.padding_bytes,
                        [](std::uint8_t byte) { return byte != kPadding; }))
          return false;
      }
    return true;
  }

  bool operator==(const FuzzFrame& other) const { return planes_ == other.planes_; }

 private:
  static constexpr std::uint8_t kPadding = 0xa5;

  FrameShape shape_;
  std::array<std::vector<std::uint8_t>, 3> planes_;
  std::array<int, 3> row_bytes_{};
  std::array<int, 3> rows_{};
};

}  // namespace denoiseae::fuzz
