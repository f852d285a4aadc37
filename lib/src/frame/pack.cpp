// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/pack.h"

#include <algorithm>
#include <cmath>

#include "frame/block_rows.h"
#include "frame/color.h"
#include "frame/pixels.h"
#include "kernels/packing/packing.h"
#include "layout/mirrored.h"
#include "layout/packed_layout.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

namespace {

/// The samples of one component that lie in a 2x2 block of pixels, averaged; edges mirror.
template <typename Codes>
class HalfSizeComponent {
 public:
  HalfSizeComponent(const ConstFrameView& frame, int c, int block_row)
      : codes_(format_info(frame.format)),
        info_(format_info(frame.format).component[c]),
        width_(format_info(frame.format).component_width(c, frame.width)),
        columns_(2 >> info_.log2_sub_x) {
    const int rows = 2 >> info_.log2_sub_y;
    const int height = format_info(frame.format).component_height(c, frame.height);
    for (int i = 0; i < rows; ++i) {
      row_[i] = frame.component_row(c, mirrored(block_row * rows + i, height));
    }
    row_count_ = rows;
    scale_ = 1.0f / static_cast<float>(rows * columns_);
  }

  float operator()(int block) const {
    float sum = 0;
    for (int i = 0; i < row_count_; ++i) {
      for (int j = 0; j < columns_; ++j) {
        const int x = mirrored(block * columns_ + j, width_);
        sum += codes_.load_unit(row_[i] + static_cast<std::ptrdiff_t>(x) * info_.step_bytes);
      }
    }
    return sum * scale_;
  }

 private:
  Codes codes_;
  const Component& info_;
  int width_;
  int columns_;
  int row_count_ = 0;
  float scale_ = 1;
  const std::uint8_t* row_[2] = {};
};

void pack_blocks(const ConstFrameView& frame, int y, int blocks, float* out) {
  const FormatInfo& info = format_info(frame.format);
  if (info.depth == 8)
    best_packing().pack(block_rows(frame, y), blocks, out);
  else
    best_packing().pack_words(block_rows(frame, y), words_of(info), blocks, out);
}

template <typename Codes>
void pack_luma_and_chroma(const ConstFrameView& frame, int first_row, const TensorView& rows) {
  const FormatInfo& info = format_info(frame.format);
  const bool fast = has_blocks(info) && rows.channels == kPackedInputChannels;
  const int step = info.component[0].step_bytes;
  const bool gray = info.family == ColorFamily::gray;
  const Codes codes(info);
  float* out = rows.data;
  for (int y = first_row; y < first_row + rows.height; ++y) {
    const std::uint8_t* top = frame.component_row(0, mirrored(2 * y, frame.height));
    const std::uint8_t* bottom = frame.component_row(0, mirrored(2 * y + 1, frame.height));
    const HalfSizeComponent<Codes> u(frame, gray ? 0 : 1, y);
    const HalfSizeComponent<Codes> v(frame, gray ? 0 : 2, y);
    int x = 0;
    if (fast && 2 * y + 1 < frame.height) {
      x = std::min(frame.width / 2, rows.width);
      pack_blocks(frame, y, x, out);
      out += x * rows.channels;
    }
    for (; x < rows.width; ++x, out += rows.channels) {
      const std::ptrdiff_t left = std::ptrdiff_t{mirrored(2 * x, frame.width)} * step;
      const std::ptrdiff_t right = std::ptrdiff_t{mirrored(2 * x + 1, frame.width)} * step;
      out[0] = codes.load_unit(top + left) - 0.5f;
      out[1] = codes.load_unit(top + right) - 0.5f;
      out[2] = codes.load_unit(bottom + left) - 0.5f;
      out[3] = codes.load_unit(bottom + right) - 0.5f;
      out[4] = gray ? 0.0f : u(x) - 0.5f;
      out[5] = gray ? 0.0f : v(x) - 0.5f;
    }
  }
}

template <typename Codes>
void pack_rgb(const ConstFrameView& frame, int first_row, const TensorView& rows) {
  float* out = rows.data;
  for (int y = first_row; y < first_row + rows.height; ++y) {
    const RgbRow<Codes> top(frame, mirrored(2 * y, frame.height));
    const RgbRow<Codes> bottom(frame, mirrored(2 * y + 1, frame.height));
    for (int x = 0; x < rows.width; ++x, out += rows.channels) {
      const int left = mirrored(2 * x, frame.width);
      const int right = mirrored(2 * x + 1, frame.width);
      const YCbCr block[4] = {top.ycbcr(left), top.ycbcr(right), bottom.ycbcr(left),
                              bottom.ycbcr(right)};
      for (int i = 0; i < 4; ++i) out[i] = block[i].y - 0.5f;
      out[4] = (block[0].cb + block[1].cb + block[2].cb + block[3].cb) / 4;
      out[5] = (block[0].cr + block[1].cr + block[2].cr + block[3].cr) / 4;
    }
  }
}

}  // namespace

bool network_sees_all_samples(const FormatInfo& format) {
  return format.family == ColorFamily::gray ||
         (format.component[1].log2_sub_x == 1 && format.component[1].log2_sub_y == 1);
}

void pack_rows(const ConstFrameView& frame, int first_row, const TensorView& rows) {
  const FormatInfo& info = format_info(frame.format);
  with_codes(info, [&]<typename Codes>(const Codes&) {
    const bool is_rgb = info.family == ColorFamily::rgb;
    (is_rgb ? pack_rgb<Codes> : pack_luma_and_chroma<Codes>)(frame, first_row, rows);
  });
}

NoiseGain packed_noise_gain(const FormatInfo& format) {
  switch (format.family) {
    case ColorFamily::gray:
      return {1, 0};
    case ColorFamily::yuv: {
      const int samples =
          (2 >> format.component[1].log2_sub_x) * (2 >> format.component[1].log2_sub_y);
      return {1, 1 / std::sqrt(static_cast<double>(samples))};
    }
    case ColorFamily::rgb:
      break;
  }
  return {rgb_luma_noise_gain(), rgb_chroma_noise_gain() / 2};
}

}  // namespace denoiseae
