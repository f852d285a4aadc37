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
#include "frame/direct_frame.h"
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

/// Gathers samples of kBytes bytes, or scatters them.
template <int kBytes>
void copy_samples(const std::uint8_t* from, int from_step, std::uint8_t* to, int to_step,
                  int count) {
  for (int x = 0; x < count; ++x)
    std::memcpy(to + std::ptrdiff_t{x} * to_step, from + std::ptrdiff_t{x} * from_step, kBytes);
}

/// Sharpens rows begin ... end - 1 of a component that shares its plane with others that are
/// sharpened in another way, or lie at another step. The row kernels do not know such planes, so
/// that the samples are gathered first.
void sharpen_component(const ConstFrameView& in, const FrameView& out, int c, int amount, int begin,
                       int end) {
  const FormatInfo& info = format_info(in.format);
  const bool is_deep = info.depth > 8;
  const auto copy = is_deep ? copy_samples<2> : copy_samples<1>;
  const int bytes = info.sample_bytes();
  const int step = info.component[c].step_bytes;
  const int width = info.component_width(c, in.width);
  const int height = info.component_height(c, in.height);
  std::vector<std::uint8_t> rows[3], sharpened(static_cast<std::size_t>(width) * bytes);
  for (auto& row : rows) row.resize(sharpened.size());
  const auto gather = [&](int y) -> const std::uint8_t* {
    std::vector<std::uint8_t>& row = rows[y % 3];
    copy(in.component_row(c, y), step, row.data(), bytes, width);
    return row.data();
  };
  const std::uint8_t* above = gather(std::max(begin - 1, 0));
  const std::uint8_t* here = gather(begin);
  for (int y = begin; y < end; ++y) {
    const std::uint8_t* below = y + 1 < height ? gather(y + 1) : here;
    if (is_deep)
      best_sharpen().word_row(above, here, below, sharpened.data(), width, 1, amount,
                              words_of(info));
    else
      best_sharpen().row(above, here, below, sharpened.data(), width, 1, amount);
    copy(sharpened.data(), bytes, out.component_row(c, y), step, width);
    above = here;
    here = below;
  }
}

/// amount_256: the amount in parts of 256.
void sharpen(const ConstFrameView& in, const FrameView& out, int amount_256, bool luma_only,
             ThreadPool* pool) {
  const FormatInfo& info = format_info(in.format);
  const bool is_packed_yuv = info.family == ColorFamily::yuv && info.plane_count == 1;
  for (int p = 0; p < info.plane_count; ++p) {
    const int row_bytes = info.plane_row_bytes(p, in.width);
    const int rows = info.plane_rows(p, in.height);
    const bool luma_or_rgb = info.family == ColorFamily::rgb || p == info.component[0].plane;
    int step = 0;  // stays 0 where a plane holds alpha alone
    for (int c = 0; c < info.component_count; ++c)
      if (info.component[c].plane == p) step = info.component[c].step_bytes;
    if (amount_256 == 0 || (luma_only && !luma_or_rgb) || is_packed_yuv || step == 0)
      copy_plane(in, out, p, row_bytes, rows);
    else
      sharpen_plane(in, out, p, row_bytes, rows, step, amount_256, pool);
  }
  if (is_packed_yuv && amount_256 != 0) {
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
                   [&] {
                     with_direct_frames(in, out, pool,
                                        [&](const ConstFrameView& from, const FrameView& to) {
                                          sharpen(from, to, amount_256, luma_only, pool);
                                        });
                   });
}

}  // namespace denoiseae
