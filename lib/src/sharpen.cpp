// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/sharpen.h"

#include <denoiseae/error.h>
#include <denoiseae/sharpen.h>

#include <cmath>
#include <cstring>
#include <string>

#include "frame/samples.h"

namespace denoiseae {
namespace {

constexpr double kMaxAmount = 4;

void copy_plane(const ConstFrameView& in, const FrameView& out, int plane, int row_bytes,
                int rows) {
  for (int y = 0; y < rows; ++y) std::memcpy(out.row(plane, y), in.row(plane, y), row_bytes);
}

void sharpen_plane(const ConstFrameView& in, const FrameView& out, int plane, int row_bytes,
                   int rows, int step, int amount) {
  SharpenRow* const sharpen = sharpen_row();
  for (int y = 0; y < rows; ++y)
    sharpen(in.row(plane, y > 0 ? y - 1 : 0), in.row(plane, y),
            in.row(plane, y + 1 < rows ? y + 1 : y), out.row(plane, y), row_bytes, step, amount);
}

}  // namespace

void sharpen3x3(const ConstFrameView& in, const FrameView& out, double amount, bool luma_only) {
  check_same_shape(in, out, "sharpen3x3");
  if (!(amount >= 0 && amount <= kMaxAmount))
    throw Error(ErrorCode::bad_argument,
                "sharpen3x3 amount must be 0 to 4, found " + std::to_string(amount));
  const FormatInfo& info = format_info(in.format);
  const int amount_256 = static_cast<int>(std::lround(amount * 256));

  for (int p = 0; p < info.plane_count; ++p) {
    const int row_bytes = info.plane_row_bytes(p, in.width);
    const int rows = info.plane_rows(p, in.height);
    const bool luma_or_rgb = p == info.component[0].plane;
    if (amount_256 == 0 || (luma_only && !luma_or_rgb)) {
      copy_plane(in, out, p, row_bytes, rows);
      continue;
    }
    int step = 0;
    for (int c = 0; c < info.component_count; ++c)
      if (info.component[c].plane == p) step = info.component[c].step_bytes;
    sharpen_plane(in, out, p, row_bytes, rows, step, amount_256);
  }
  // The row kernel treats all bytes of a pixel alike, also those that hold no component.
  copy_extra_bytes(in, out);
}

}  // namespace denoiseae
