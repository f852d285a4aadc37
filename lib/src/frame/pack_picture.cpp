// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/pack_picture.h"

#include <algorithm>

#include "frame/color.h"
#include "frame/pack.h"
#include "frame/pixels.h"

namespace denoiseae {

namespace {

/// The code of no colour, as ITU-T T.871 has it: gray pixels become R = G = B.
constexpr float kNoChroma = 128.0f / 255.0f;

/// One row of a gray or YUV frame.
class YuvRow {
 public:
  YuvRow(const ConstFrameView& frame, int y) : info_(format_info(frame.format)) {
    for (int c = 0; c < info_.component_count; ++c) {
      row_[c] = frame.component_row(c, y >> info_.component[c].log2_sub_y);
    }
  }
  float unit(int c, int x) const {
    const Component& component = info_.component[c];
    return code_to_unit(
        row_[c][static_cast<std::ptrdiff_t>(x >> component.log2_sub_x) * component.step_bytes]);
  }
  Rgb rgb(int x) const {
    const float luma = unit(0, x);
    if (info_.component_count == 1) return {luma, luma, luma};
    const Rgb c = to_rgb({luma, unit(1, x) - kNoChroma, unit(2, x) - kNoChroma});
    return {std::clamp(c.r, 0.0f, 1.0f), std::clamp(c.g, 0.0f, 1.0f), std::clamp(c.b, 0.0f, 1.0f)};
  }

 private:
  const FormatInfo& info_;
  const std::uint8_t* row_[3] = {};
};

Rgb luma_only(float luma) { return {luma, luma, luma}; }

template <typename Pixel>
void fill_row(const PlanesView& planes, int y, const Pixel& pixel) {
  float* out = planes.data + static_cast<std::size_t>(y) * planes.width * planes.channels;
  for (int x = 0; x < planes.width; ++x, out += planes.channels) {
    const Rgb c = pixel(x);
    out[0] = c.r;
    if (planes.channels == 1) continue;
    out[1] = c.g;
    out[2] = c.b;
  }
}

/// What is added to the pixels.
class Correction {
 public:
  Correction(const PlanesView& packed, const PlanesView& denoised, CorrectionShare share)
      : packed_(packed), denoised_(denoised), share_(share) {}

  YCbCr at(int x, int y) const {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(x) * packed_.channels;
    const float* before = plane_row(packed_, y) + i;
    const float* after = plane_row(denoised_, y) + i;
    if (packed_.channels == 1) return {share_.luma * (after[0] - before[0]), 0, 0};
    const YCbCr c = to_ycbcr(after[0] - before[0], after[1] - before[1], after[2] - before[2]);
    return {share_.luma * c.y, share_.chroma * c.cb, share_.chroma * c.cr};
  }

 private:
  const PlanesView& packed_;
  const PlanesView& denoised_;
  CorrectionShare share_;
};

void correct_rgb(const ConstFrameView& in, const Correction& correction, const FrameView& out) {
  const int step = format_info(in.format).component[0].step_bytes;
  for (int y = 0; y < in.height; ++y) {
    const RgbRow from(in, y);
    std::uint8_t* to[3] = {out.component_row(0, y), out.component_row(1, y),
                           out.component_row(2, y)};
    for (int x = 0; x < in.width; ++x) {
      const Rgb value = from.rgb(x);
      const Rgb change = to_rgb(correction.at(x, y));
      to[0][x * step] = unit_to_code(value.r + change.r);
      to[1][x * step] = unit_to_code(value.g + change.g);
      to[2][x * step] = unit_to_code(value.b + change.b);
    }
  }
}

void correct_luma(const ConstFrameView& in, const Correction& correction, const FrameView& out) {
  const int step = format_info(in.format).component[0].step_bytes;
  for (int y = 0; y < in.height; ++y) {
    const std::uint8_t* from = in.component_row(0, y);
    std::uint8_t* to = out.component_row(0, y);
    for (int x = 0; x < in.width; ++x) {
      to[x * step] = unit_to_code(code_to_unit(from[x * step]) + correction.at(x, y).y);
    }
  }
}

void correct_chroma(const ConstFrameView& in, const Correction& correction, const FrameView& out) {
  const FormatInfo& info = format_info(in.format);
  // Both components are subsampled alike, as in every format there is.
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
      to_u[x * u.step_bytes] = unit_to_code(code_to_unit(from_u[x * u.step_bytes]) + cb);
      to_v[x * v.step_bytes] = unit_to_code(code_to_unit(from_v[x * v.step_bytes]) + cr);
    }
  }
}

}  // namespace

void pack_picture(const ConstFrameView& frame, const PlanesView& planes) {
  const bool gray = planes.channels == 1;
  for (int y = 0; y < frame.height; ++y) {
    if (format_info(frame.format).family == ColorFamily::rgb) {
      const RgbRow row(frame, y);
      fill_row(planes, y, [&](int x) { return gray ? luma_only(row.ycbcr(x).y) : row.rgb(x); });
    } else {
      const YuvRow row(frame, y);
      fill_row(planes, y, [&](int x) { return gray ? luma_only(row.unit(0, x)) : row.rgb(x); });
    }
  }
}

void correct_picture(const ConstFrameView& in, const PlanesView& packed, const PlanesView& denoised,
                     CorrectionShare share, const FrameView& out) {
  copy_frame(in, out);
  const Correction correction(packed, denoised, share);
  const ColorFamily family = format_info(in.format).family;
  if (family == ColorFamily::rgb) {
    correct_rgb(in, correction, out);
    return;
  }
  correct_luma(in, correction, out);
  if (family == ColorFamily::yuv && packed.channels == 3) correct_chroma(in, correction, out);
}

}  // namespace denoiseae
