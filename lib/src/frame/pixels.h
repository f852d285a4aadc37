// SPDX-License-Identifier: LGPL-2.1-or-later
// Single pixels as floats; what packing works on.
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "frame/codes.h"
#include "frame/color.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// One row of a packed RGB frame.
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

/// The colour differences of one row of the chroma samples of a YUV frame.
template <typename Codes>
class ChromaRow {
 public:
  ChromaRow(const ConstFrameView& frame, int y)
      : codes_(format_info(frame.format)),
        row_{frame.component_row(1, y), frame.component_row(2, y)},
        step_(format_info(frame.format).component[1].step_bytes) {}
  /// Without luma.
  YCbCr ycbcr(int x) const {
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(x) * step_;
    return {0, codes_.load_unit(row_[0] + at) - 0.5f, codes_.load_unit(row_[1] + at) - 0.5f};
  }

 private:
  Codes codes_;
  const std::uint8_t* row_[2];
  std::ptrdiff_t step_;
};

/// Calls body with a reader of rows of chroma samples, RgbRow or ChromaRow, as a type.
template <typename Body>
void with_chroma_row(const FormatInfo& format, const Body& body) {
  with_codes(format, [&]<typename Codes>(const Codes&) {
    if (format.family == ColorFamily::rgb) {
      body.template operator()<RgbRow<Codes>>();
    } else {
      body.template operator()<ChromaRow<Codes>>();
    }
  });
}

/// Where samples of a component lie among half-size planes along one axis: the nearest and the
/// next.
struct HalfSizePlace {
  int near;
  int far;

  /// log2_sub: of the component.
  HalfSizePlace(int at, int log2_sub, int size)
      : near(log2_sub == 1 ? at : at / 2),
        far(log2_sub == 1 ? at : std::clamp(near + ((at & 1) != 0 ? 1 : -1), 0, size - 1)) {}
};

/// Value of one channel of half-size planes at sample (x, y) of a component, by default at a pixel,
/// bilinear: a block's sample lies in the middle of its 2x2 pixels, so the nearest block has weight
/// 3/4 along each axis that is not halved.
inline float interpolate(const TensorView& planes, int channel, int x, int y,
                         const Component& component = {}) {
  const auto [x0, x1] = HalfSizePlace(x, component.log2_sub_x, planes.width);
  const auto [y0, y1] = HalfSizePlace(y, component.log2_sub_y, planes.height);
  const float* near_row = row_of(planes, y0) + channel;
  const float* far_row = row_of(planes, y1) + channel;
  const std::ptrdiff_t near_column = static_cast<std::ptrdiff_t>(x0) * planes.channels;
  const std::ptrdiff_t far_column = static_cast<std::ptrdiff_t>(x1) * planes.channels;
  return (9 * near_row[near_column] + 3 * (near_row[far_column] + far_row[near_column]) +
          far_row[far_column]) *
         (1.0f / 16);
}

}  // namespace denoiseae
