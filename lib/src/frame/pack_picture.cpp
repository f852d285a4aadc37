// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/pack_picture.h"

#include <algorithm>

#include "frame/color.h"
#include "frame/samples.h"

namespace denoiseae {

namespace {

/// Returns the chroma of gray pixels by ITU-T T.871, which makes them R = G = B.
float no_chroma(const FormatInfo& info) {
  return static_cast<float>(1 << (info.depth - 1)) / static_cast<float>(info.max_code());
}

/// One row of an RGB frame.
template <typename Codes>
class RgbRow {
 public:
  RgbRow(const ConstFrameView& frame, int y)
      : codes_(format_info(frame.format)),
        row_{frame.component_row(0, y), frame.component_row(1, y), frame.component_row(2, y)},
        step_(format_info(frame.format).component[0].step_bytes) {}
  Rgb rgb(int x) const {
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(x) * step_;
    return {codes_.load_unit(row_[0] + at), codes_.load_unit(row_[1] + at),
            codes_.load_unit(row_[2] + at)};
  }
  YCbCr ycbcr(int x) const {
    const Rgb c = rgb(x);
    return to_ycbcr(c.r, c.g, c.b);
  }

 private:
  Codes codes_;
  const std::uint8_t* row_[3];
  std::ptrdiff_t step_;
};

/// One row of a gray or YUV frame.
template <typename Codes>
class YuvRow {
 public:
  YuvRow(const ConstFrameView& frame, int y)
      : info_(format_info(frame.format)), codes_(info_), no_chroma_(no_chroma(info_)) {
    for (int c = 0; c < info_.component_count; ++c) {
      row_[c] = frame.component_row(c, y >> info_.component[c].log2_sub_y);
    }
  }
  float unit(int c, int x) const {
    const Component& component = info_.component[c];
    return codes_.load_unit(row_[c] + static_cast<std::ptrdiff_t>(x >> component.log2_sub_x) *
                                          component.step_bytes);
  }
  Rgb rgb(int x) const {
    const float luma = unit(0, x);
    if (info_.component_count == 1) return {luma, luma, luma};
    const Rgb c = to_rgb({luma, unit(1, x) - no_chroma_, unit(2, x) - no_chroma_});
    return {std::clamp(c.r, 0.0f, 1.0f), std::clamp(c.g, 0.0f, 1.0f), std::clamp(c.b, 0.0f, 1.0f)};
  }

 private:
  const FormatInfo& info_;
  Codes codes_;
  float no_chroma_;
  const std::uint8_t* row_[3] = {};
};

Rgb luma_only(float luma) { return {luma, luma, luma}; }

template <typename Pixel>
void fill_row(const TensorView& planes, int y, const Pixel& pixel) {
  float* out = planes.data + static_cast<std::size_t>(y) * planes.width * planes.channels;
  for (int x = 0; x < planes.width; ++x, out += planes.channels) {
    const Rgb c = pixel(x);
    out[0] = c.r;
    if (planes.channels == 1) continue;
    out[1] = c.g;
    out[2] = c.b;
  }
}

/// Finds the luma and chroma that are added to each pixel.
class Correction {
 public:
  Correction(const TensorView& packed, const TensorView& denoised, CorrectionShare share)
      : packed_(packed), denoised_(denoised), share_(share) {}

  YCbCr at(int x, int y) const {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(x) * packed_.channels;
    const float* before = row_of(packed_, y) + i;
    const float* after = row_of(denoised_, y) + i;
    if (packed_.channels == 1) return {share_.luma * (after[0] - before[0]), 0, 0};
    const YCbCr c = to_ycbcr(after[0] - before[0], after[1] - before[1], after[2] - before[2]);
    return {share_.luma * c.y, share_.chroma * c.cb, share_.chroma * c.cr};
  }

 private:
  const TensorView& packed_;
  const TensorView& denoised_;
  CorrectionShare share_;
};

template <typename Codes>
void correct_rgb(const ConstFrameView& in, const Correction& correction, const FrameView& out) {
  const Codes codes(format_info(in.format));
  const int step = format_info(in.format).component[0].step_bytes;
  for (int y = 0; y < in.height; ++y) {
    const RgbRow<Codes> from(in, y);
    std::uint8_t* to[3] = {out.component_row(0, y), out.component_row(1, y),
                           out.component_row(2, y)};
    for (int x = 0; x < in.width; ++x) {
      const Rgb value = from.rgb(x);
      const Rgb change = to_rgb(correction.at(x, y));
      codes.store_unit(to[0] + x * step, value.r + change.r);
      codes.store_unit(to[1] + x * step, value.g + change.g);
      codes.store_unit(to[2] + x * step, value.b + change.b);
    }
  }
}

template <typename Codes>
void correct_luma(const ConstFrameView& in, const Correction& correction, const FrameView& out) {
  const Codes codes(format_info(in.format));
  const int step = format_info(in.format).component[0].step_bytes;
  for (int y = 0; y < in.height; ++y) {
    const std::uint8_t* from = in.component_row(0, y);
    std::uint8_t* to = out.component_row(0, y);
    for (int x = 0; x < in.width; ++x) {
      codes.store_unit(to + x * step, codes.load_unit(from + x * step) + correction.at(x, y).y);
    }
  }
}

template <typename Codes>
void correct_chroma(const ConstFrameView& in, const Correction& correction, const FrameView& out) {
  const FormatInfo& info = format_info(in.format);
  const Codes codes(info);
  // In every format both components are subsampled alike.
  const Component& u = info.component[1];
  const Component& v = info.component[2];
  for (int y = 0; y < info.component_height(1, in.height); ++y) {
    const std::uint8_t* from_u = in.component_row(1, y);
    const std::uint8_t* from_v = in.component_row(2, y);
    std::uint8_t* to_u = out.component_row(1, y);
    std::uint8_t* to_v = out.component_row(2, y);
    const int last_row = std::min((y + 1) << u.log2_sub_y, in.height);
    for (int x = 0; x < info.component_width(1, in.width); ++x) {
      const int last_column = std::min((x + 1) << u.log2_sub_x, in.width);
      YCbCr sum{0, 0, 0};
      int count = 0;
      for (int py = y << u.log2_sub_y; py < last_row; ++py) {
        for (int px = x << u.log2_sub_x; px < last_column; ++px, ++count) {
          const YCbCr change = correction.at(px, py);
          sum.cb += change.cb;
          sum.cr += change.cr;
        }
      }
      const float cb = sum.cb / static_cast<float>(count);
      const float cr = sum.cr / static_cast<float>(count);
      codes.store_unit(to_u + x * u.step_bytes, codes.load_unit(from_u + x * u.step_bytes) + cb);
      codes.store_unit(to_v + x * v.step_bytes, codes.load_unit(from_v + x * v.step_bytes) + cr);
    }
  }
}

}  // namespace

void pack_picture(const ConstFrameView& frame, const TensorView& planes) {
  const bool gray = planes.channels == 1;
  const FormatInfo& info = format_info(frame.format);
  with_codes(info, [&]<typename Codes>(const Codes&) {
    for (int y = 0; y < frame.height; ++y) {
      if (info.family == ColorFamily::rgb) {
        const RgbRow<Codes> row(frame, y);
        fill_row(planes, y, [&](int x) { return gray ? luma_only(row.ycbcr(x).y) : row.rgb(x); });
      } else {
        const YuvRow<Codes> row(frame, y);
        fill_row(planes, y, [&](int x) { return gray ? luma_only(row.unit(0, x)) : row.rgb(x); });
      }
    }
  });
}

void correct_picture(const ConstFrameView& in, const TensorView& packed, const TensorView& denoised,
                     CorrectionShare share, const FrameView& out) {
  copy_frame(in, out);
  const Correction correction(packed, denoised, share);
  const FormatInfo& info = format_info(in.format);
  with_codes(info, [&]<typename Codes>(const Codes&) {
    if (info.family == ColorFamily::rgb) {
      correct_rgb<Codes>(in, correction, out);
      return;
    }
    correct_luma<Codes>(in, correction, out);
    if (info.family == ColorFamily::yuv && packed.channels == 3)
      correct_chroma<Codes>(in, correction, out);
  });
}

}  // namespace denoiseae
