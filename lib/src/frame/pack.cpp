// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/pack.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "frame/chroma_detail.h"
#include "frame/color.h"
#include "frame/pixels.h"
#include "frame/samples.h"
#include "kernels/packing/packing.h"
#include "layout/mirrored.h"

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

/// Whether kernels/packing.h knows the format: 4:2:0 in planes of luma and of chroma.
bool has_blocks(const FormatInfo& info) {
  const Component& luma = info.component[0];
  const Component& chroma = info.component[1];
  return info.family == ColorFamily::yuv && luma.step_bytes == info.sample_bytes() &&
         chroma.log2_sub_x == 1 && chroma.log2_sub_y == 1 &&
         chroma.step_bytes <= 2 * info.sample_bytes();
}

template <typename Byte>
BlockRows<Byte> block_rows(const BasicFrameView<Byte>& frame, int y) {
  return {frame.component_row(0, 2 * y), frame.component_row(0, 2 * y + 1),
          frame.component_row(1, y), frame.component_row(2, y),
          format_info(frame.format).component[1].step_bytes};
}

void pack_blocks(const ConstFrameView& frame, int y, int blocks, float* out) {
  const FormatInfo& info = format_info(frame.format);
  if (info.depth == 8)
    best_packing().pack(block_rows(frame, y), blocks, out);
  else
    best_packing().pack_words(block_rows(frame, y), words_of(info), blocks, out);
}

void subtract_blocks(const ConstFrameView& in, int y, int blocks, const float* noise,
                     const FrameView& out) {
  const FormatInfo& info = format_info(in.format);
  const BlockRows<const std::uint8_t> from = block_rows(in, y);
  const BlockRows<std::uint8_t> to = block_rows(out, y);
  if (info.depth == 8)
    best_packing().subtract(from, noise, blocks, to);
  else
    best_packing().subtract_words(from, words_of(info), noise, blocks, to);
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

/// Channel of the luma noise of pixel (x, y), within the block's channels.
int luma_phase(int x, int y) { return (y & 1) * 2 + (x & 1); }

/// One row of luma from pixel x on.
template <typename Codes>
void subtract_luma(const ConstFrameView& in, int y, int x, const float* noise, int channels,
                   const FrameView& out) {
  const Codes codes(format_info(in.format));
  const int step = format_info(in.format).component[0].step_bytes;
  const std::uint8_t* from = in.component_row(0, y);
  std::uint8_t* to = out.component_row(0, y);
  for (; x < in.width; ++x) {
    const float value = noise[(x / 2) * channels + luma_phase(x, y)];
    codes.store_unit(to + x * step, codes.load_unit(from + x * step) - value);
  }
}

/// One row of the chroma planes from sample first_x on.
template <typename Codes>
void subtract_half_size_chroma(const ConstFrameView& in, int y, int first_x, const float* noise,
                               int channels, const FrameView& out) {
  const FormatInfo& info = format_info(in.format);
  const Codes codes(info);
  for (int c = 1; c < info.component_count; ++c) {
    if (y >= info.component_height(c, in.height)) continue;
    const int step = info.component[c].step_bytes;
    const int width = info.component_width(c, in.width);
    const std::uint8_t* from = in.component_row(c, y);
    std::uint8_t* to = out.component_row(c, y);
    const float* n = noise + 3 + c;
    for (int x = first_x; x < width; ++x)
      codes.store_unit(to + x * step, codes.load_unit(from + x * step) - n[x * channels]);
  }
}

/// What to take from the chroma of a frame that has more of it than the network sees: the
/// network's correction, interpolated, and what of the finer detail is noise.
class ChromaCorrection {
 public:
  ChromaCorrection(const ConstFrameView& in, const TensorView& packed, const TensorView& noise,
                   double detail_sigma_8bit, std::vector<float>& scratch)
      : component_(format_info(in.format).component[1]),
        packed_(packed),
        noise_(noise),
        detail_(in, packed, detail_sigma_8bit, scratch) {}

  /// Of chroma sample (x, y), which is pixel. Without luma.
  YCbCr at(const YCbCr& pixel, int x, int y) const {
    const float share =
        1 - detail_.kept_share(x >> (1 - component_.log2_sub_x), y >> (1 - component_.log2_sub_y));
    return {0, along(pixel.cb, 4, x, y, share), along(pixel.cr, 5, x, y, share)};
  }

 private:
  float along(float value, int channel, int x, int y, float share) const {
    return interpolate(noise_, channel, x, y, component_) +
           share * (value - interpolate(packed_, channel, x, y, component_));
  }

  const Component& component_;
  const TensorView& packed_;
  const TensorView& noise_;
  ChromaDetail detail_;
};

struct Rows {
  int begin;
  int end;
};

/// rows: of the blocks.
template <typename Codes>
void subtract_full_chroma(const ConstFrameView& in, const ChromaCorrection& correction,
                          const FrameView& out, Rows rows) {
  const FormatInfo& info = format_info(in.format);
  const Codes codes(info);
  const int per_block = 2 >> info.component[1].log2_sub_y;
  const int step = info.component[1].step_bytes;
  const int width = info.component_width(1, in.width);
  const int end = std::min(rows.end * per_block, info.component_height(1, in.height));
  for (int y = rows.begin * per_block; y < end; ++y) {
    const ChromaRow<Codes> from(in, y);
    std::uint8_t* const to[2] = {out.component_row(1, y), out.component_row(2, y)};
    for (int x = 0; x < width; ++x) {
      const YCbCr pixel = from.ycbcr(x);
      const YCbCr difference = correction.at(pixel, x, y);
      codes.store_unit(to[0] + x * step, pixel.cb + 0.5f - difference.cb);
      codes.store_unit(to[1] + x * step, pixel.cr + 0.5f - difference.cr);
    }
  }
}

template <typename Codes>
void subtract_rgb(const ConstFrameView& in, const TensorView& noise, const ChromaCorrection& chroma,
                  const FrameView& out, Rows rows) {
  const FormatInfo& info = format_info(in.format);
  const Codes codes(info);
  const int step = info.component[0].step_bytes;
  for (int y = rows.begin; y < rows.end; ++y) {
    const RgbRow<Codes> from(in, y);
    const float* n = plane_row(noise, y / 2);
    std::uint8_t* to[3] = {out.component_row(0, y), out.component_row(1, y),
                           out.component_row(2, y)};
    for (int x = 0; x < in.width; ++x) {
      YCbCr correction = chroma.at(from.ycbcr(x), x, y);
      correction.y = n[(x / 2) * noise.channels + luma_phase(x, y)];
      const Rgb difference = to_rgb(correction);
      const Rgb value = from.rgb(x);
      codes.store_unit(to[0] + x * step, value.r - difference.r);
      codes.store_unit(to[1] + x * step, value.g - difference.g);
      codes.store_unit(to[2] + x * step, value.b - difference.b);
    }
  }
}

template <typename Codes>
void subtract_rows(const ConstFrameView& in, int first_row, const TensorView& noise,
                   const FrameView& out) {
  const bool fast = has_blocks(format_info(in.format)) && noise.channels == kPackedChannels;
  const int end = std::min(first_row + noise.height, (in.height + 1) / 2);
  for (int y = first_row; y < end; ++y) {
    const float* row = plane_row(noise, y - first_row);
    const bool is_whole = 2 * y + 1 < in.height;
    const int blocks = fast && is_whole ? in.width / 2 : 0;
    if (blocks != 0) subtract_blocks(in, y, blocks, row, out);
    subtract_luma<Codes>(in, 2 * y, 2 * blocks, row, noise.channels, out);
    if (is_whole) subtract_luma<Codes>(in, 2 * y + 1, 2 * blocks, row, noise.channels, out);
    subtract_half_size_chroma<Codes>(in, y, blocks, row, noise.channels, out);
  }
}

}  // namespace

void pack_yuv420(const ConstFrameView& frame, const TensorView& planes, ThreadPool* pool) {
  for_ranges(pool, planes.height, [&](int begin, int end) {
    pack_yuv420_rows(frame, begin, rows_of(planes, begin, end));
  });
}

void pack_yuv420_rows(const ConstFrameView& frame, int first_row, const TensorView& rows) {
  const FormatInfo& info = format_info(frame.format);
  with_codes(info, [&]<typename Codes>(const Codes&) {
    const bool is_rgb = info.family == ColorFamily::rgb;
    (is_rgb ? pack_rgb<Codes> : pack_luma_and_chroma<Codes>)(frame, first_row, rows);
  });
}

void fill_noise_level(const TensorView& planes, int channel, double sigma_8bit) {
  const float value = static_cast<float>(sigma_8bit / 255.0) * kNoiseLevelScale;
  float* end = planes.data + planes.size();
  for (float* p = planes.data + channel; p < end; p += planes.channels) *p = value;
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

void subtract_yuv420(const ConstFrameView& in, const TensorView& packed, const TensorView& noise,
                     double detail_sigma_8bit, std::vector<float>& scratch, const FrameView& out,
                     ThreadPool* pool) {
  const FormatInfo& info = format_info(in.format);
  if (is_subtracted_by_rows(info)) {
    for_ranges(pool, noise.height, [&](int begin, int end) {
      subtract_yuv420_rows(in, begin, rows_of(noise, begin, end), out);
    });
  } else {
    const ChromaCorrection correction(in, packed, noise, detail_sigma_8bit, scratch);
    const bool is_rgb = info.family == ColorFamily::rgb;
    with_codes(info, [&]<typename Codes>(const Codes&) {
      for_ranges(pool, is_rgb ? in.height : (in.height + 1) / 2, [&](int begin, int end) {
        if (is_rgb) {
          subtract_rgb<Codes>(in, noise, correction, out, {begin, end});
          return;
        }
        for (int y = 2 * begin; y < std::min(2 * end, in.height); ++y)
          subtract_luma<Codes>(in, y, 0, plane_row(noise, y / 2), noise.channels, out);
        subtract_full_chroma<Codes>(in, correction, out, {begin, end});
      });
    });
  }
  copy_extra_bytes(in, out);
}

void subtract_yuv420_rows(const ConstFrameView& in, int first_row, const TensorView& noise,
                          const FrameView& out) {
  with_codes(format_info(in.format), [&]<typename Codes>(const Codes&) {
    subtract_rows<Codes>(in, first_row, noise, out);
  });
}

void copy_frame(const ConstFrameView& in, const FrameView& out) {
  const FormatInfo& info = format_info(in.format);
  for (int plane = 0; plane < info.plane_count; ++plane) {
    if (in.data[plane] == out.data[plane]) continue;
    const int bytes = info.plane_row_bytes(plane, in.width);
    for (int y = 0; y < info.plane_rows(plane, in.height); ++y) {
      std::memcpy(out.row(plane, y), in.row(plane, y), static_cast<std::size_t>(bytes));
    }
  }
}

}  // namespace denoiseae
