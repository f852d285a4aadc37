// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/sharpen/sharpen.h"

#include <denoiseae/error.h>
#include <denoiseae/sharpen.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "frame/codes.h"
#include "frame/samples.h"
#include "parallel/for_ranges.h"
#include "system/translate_errors.h"

namespace denoiseae {
namespace {

constexpr double kMaxAmount = 4;

void copy_plane(const ConstFrameView& in, const FrameView& out, int plane, int row_bytes,
                int rows) {
  for (int y = 0; y < rows; ++y) std::memcpy(out.row(plane, y), in.row(plane, y), row_bytes);
}

void sharpen_plane(const ConstFrameView& in, const FrameView& out, int plane, int row_bytes,
                   int rows, int step, int amount, ThreadPool* pool) {
  const FormatInfo& info = format_info(in.format);
  const SharpenVariant& sharpen = best_sharpen();
  const SampleWords words = words_of(info);
  for_ranges(pool, rows, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      const std::uint8_t* above = in.row(plane, y > 0 ? y - 1 : 0);
      const std::uint8_t* below = in.row(plane, y + 1 < rows ? y + 1 : y);
      if (info.depth == 8)
        sharpen.row(above, in.row(plane, y), below, out.row(plane, y), row_bytes, step, amount);
      else
        sharpen.word_row(above, in.row(plane, y), below, out.row(plane, y),
                         row_bytes / info.sample_bytes(), step / info.sample_bytes(), amount,
                         words);
    }
  });
}

/// Sharpens rows begin ... end - 1 of a component that shares its plane with components at another
/// step. The row kernel does not know such planes, so that the samples are gathered first. All
/// formats of this kind have 8 bits.
void sharpen_component(const ConstFrameView& in, const FrameView& out, int c, int amount, int begin,
                       int end) {
  SharpenRow* const sharpen = best_sharpen().row;
  const FormatInfo& info = format_info(in.format);
  const int step = info.component[c].step_bytes;
  const int width = info.component_width(c, in.width);
  const int height = info.component_height(c, in.height);
  std::vector<std::uint8_t> rows[3], sharpened(width);
  for (auto& row : rows) row.resize(width);
  const auto gather = [&](int y) -> const std::uint8_t* {
    const std::uint8_t* from = in.component_row(c, y);
    std::vector<std::uint8_t>& row = rows[y % 3];
    for (int x = 0; x < width; ++x) row[x] = from[x * step];
    return row.data();
  };
  const std::uint8_t* above = gather(std::max(begin - 1, 0));
  const std::uint8_t* here = gather(begin);
  for (int y = begin; y < end; ++y) {
    const std::uint8_t* below = y + 1 < height ? gather(y + 1) : here;
    sharpen(above, here, below, sharpened.data(), width, 1, amount);
    std::uint8_t* to = out.component_row(c, y);
    for (int x = 0; x < width; ++x) to[x * step] = sharpened[x];
    above = here;
    here = below;
  }
}

/// amount_256: the amount in parts of 256.
void sharpen(const ConstFrameView& in, const FrameView& out, int amount_256, bool luma_only,
             ThreadPool* pool) {
  const FormatInfo& info = format_info(in.format);
  for (int p = 0; p < info.plane_count; ++p) {
    const int row_bytes = info.plane_row_bytes(p, in.width);
    const int rows = info.plane_rows(p, in.height);
    const bool luma_or_rgb = p == info.component[0].plane;
    if (amount_256 == 0 || (luma_only && !luma_or_rgb) || info.has_pairs()) {
      copy_plane(in, out, p, row_bytes, rows);
      continue;
    }
    int step = 0;
    for (int c = 0; c < info.component_count; ++c)
      if (info.component[c].plane == p) step = info.component[c].step_bytes;
    sharpen_plane(in, out, p, row_bytes, rows, step, amount_256, pool);
  }
  if (info.has_pairs() && amount_256 != 0) {
    for (int c = 0; c < (luma_only ? 1 : info.component_count); ++c)
      for_ranges(pool, info.component_height(c, in.height), [&](int begin, int end) {
        sharpen_component(in, out, c, amount_256, begin, end);
      });
  }
  // The row kernel has sharpened all bytes of a pixel, also those that hold no component.
  copy_extra_bytes(in, out);
}

}  // namespace

void sharpen3x3(const ConstFrameView& in, const FrameView& out, double amount, bool luma_only,
                ThreadPool* pool) {
  check_same_shape(in, out, "sharpen3x3");
  if (!(amount >= 0 && amount <= kMaxAmount))
    throw Error(ErrorCode::bad_argument,
                "sharpen3x3 amount must be 0 to 4, found " + std::to_string(amount));
  const int amount_256 = static_cast<int>(std::lround(amount * 256));

  translate_errors([] { return "sharpen3x3"; },
                   [&] { sharpen(in, out, amount_256, luma_only, pool); });
}

}  // namespace denoiseae
