// SPDX-License-Identifier: LGPL-2.1-or-later
// Parts of rows of pixels and of chroma samples.
#pragma once

#include <denoiseae/frame.h>

#include "frame/color.h"
#include "frame/row_parts.h"

namespace denoiseae {

struct RgbPart {
  Part r;
  Part g;
  Part b;
};

struct YCbCrPart {
  Part y;
  Part cb;
  Part cr;
};

/// Reads count pixels of row y of an RGB frame from pixel first on. The row is mirrored at its end.
template <typename Codes>
void load_rgb(const ConstFrameView& frame, int y, int first, int count, RgbPart& to) {
  load_part<Codes>(frame, 0, y, first, count, to.r);
  load_part<Codes>(frame, 1, y, first, count, to.g);
  load_part<Codes>(frame, 2, y, first, count, to.b);
}

inline void to_ycbcr(const RgbPart& from, int count, YCbCrPart& to) {
  for (int i = 0; i < count; ++i) {
    const YCbCr pixel = to_ycbcr(from.r[i], from.g[i], from.b[i]);
    to.y[i] = pixel.y;
    to.cb[i] = pixel.cb;
    to.cr[i] = pixel.cr;
  }
}

/// Reads the colour differences of count chroma samples of row y of a YUV or RGB frame, from sample
/// first on. Leaves to.y undefined.
template <typename Codes>
void load_chroma(const ConstFrameView& frame, int y, int first, int count, YCbCrPart& to) {
  if (format_info(frame.format).family == ColorFamily::rgb) {
    RgbPart rgb;
    load_rgb<Codes>(frame, y, first, count, rgb);
    to_ycbcr(rgb, count, to);
    return;
  }
  load_part<Codes>(frame, 1, y, first, count, to.cb);
  load_part<Codes>(frame, 2, y, first, count, to.cr);
  for (int i = 0; i < count; ++i) {
    to.cb[i] -= 0.5f;
    to.cr[i] -= 0.5f;
  }
}

}  // namespace denoiseae
