// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>
#include <denoiseae/frame.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <utility>

#include "frame/samples.h"
#include "parallel/for_ranges.h"
#include "system/translate_errors.h"

namespace denoiseae {
namespace {

// These loops are functions of their own, so that the compiler knows that they do not write the
// bytes that they read.
void gather(const std::uint8_t* from, int step, std::uint8_t* __restrict to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = from[i * step];
}

// kStep: the step where it is known, which lets the loop become vector instructions, otherwise 0.
template <int kStep>
void gather_rounded(const WordCodes& samples, const std::uint8_t* from, int any_step,
                    std::span<std::uint8_t> codes) {
  const int step = kStep != 0 ? kStep : any_step;
  std::uint8_t* __restrict to = codes.data();
  const std::size_t count = codes.size();
  for (std::size_t i = 0; i < count; ++i)
    to[i] = static_cast<std::uint8_t>(
        static_cast<int>(samples.load_unit(from + i * step) * 255 + 0.5f));
}

}  // namespace

void check_same_shape(const ConstFrameView& a, const ConstFrameView& b, std::string_view function) {
  check_view(a);
  check_view(b);
  if (a.format == b.format && a.width == b.width && a.height == b.height) return;
  const auto describe = [](const ConstFrameView& view) {
    return std::string(format_info(view.format).name) + " " + std::to_string(view.width) + "x" +
           std::to_string(view.height);
  };
  throw Error(ErrorCode::bad_argument, std::string(function) +
                                           " needs two frames of the same format and size, found " +
                                           describe(a) + " and " + describe(b));
}

void check_component(const ConstFrameView& frame, int c, std::string_view function) {
  const FormatInfo& info = format_info(frame.format);
  if (c >= 0 && c < info.component_count) return;
  throw Error(ErrorCode::bad_argument, std::string(function) + " needs a component from 0 to " +
                                           std::to_string(info.component_count - 1) +
                                           " for a frame of format " + std::string(info.name) +
                                           ", found " + std::to_string(c));
}

void copy_frame(const ConstFrameView& in, const FrameView& out, ThreadPool* pool) {
  const FormatInfo& info = format_info(in.format);
  for (int plane = 0; plane < info.plane_count; ++plane) {
    if (in.data[plane] == out.data[plane]) continue;
    const auto bytes = static_cast<std::size_t>(info.plane_row_bytes(plane, in.width));
    for_ranges(pool, info.plane_rows(plane, in.height), [&](int begin, int end) {
      for (int y = begin; y < end; ++y) std::memcpy(out.row(plane, y), in.row(plane, y), bytes);
    });
  }
}

bool share_memory(const ConstFrameView& a, const ConstFrameView& b) {
  const FormatInfo& info = format_info(a.format);
  const auto extent = [&](const ConstFrameView& frame, int plane) {
    const int last = info.plane_rows(plane, frame.height) - 1;
    const auto [low, high] = std::minmax({frame.row(plane, 0), frame.row(plane, last)},
                                         std::less<const std::uint8_t*>());
    return std::pair{low, high + info.plane_row_bytes(plane, frame.width)};
  };
  for (int p = 0; p < info.plane_count; ++p)
    for (int q = 0; q < info.plane_count; ++q) {
      const auto [a_begin, a_end] = extent(a, p);
      const auto [b_begin, b_end] = extent(b, q);
      const std::less<const std::uint8_t*> before;
      if (before(a_begin, b_end) && before(b_begin, a_end)) return true;
    }
  return false;
}

void copy_extra_bytes(const ConstFrameView& in, const FrameView& out) {
  const FormatInfo& info = format_info(in.format);
  const auto bytes = static_cast<std::size_t>(info.sample_bytes());
  if (info.has_pairs() && in.width % 2 == 1) {
    const std::ptrdiff_t beyond = std::ptrdiff_t{in.width} * info.component[0].step_bytes;
    for (int y = 0; y < in.height; ++y)
      std::memcpy(out.component_row(0, y) + beyond, in.component_row(0, y) + beyond, bytes);
  }
  const Component& extra = info.extra;
  if (!info.has_extra()) return;
  for (int y = 0; y < in.height; ++y) {
    const std::uint8_t* from = in.row(extra.plane, y) + extra.offset_bytes;
    std::uint8_t* to = out.row(extra.plane, y) + extra.offset_bytes;
    if (from == to) continue;
    if (extra.step_bytes == info.sample_bytes())
      std::memcpy(to, from, bytes * static_cast<std::size_t>(in.width));
    else if (bytes == 1)
      for (int x = 0; x < in.width; ++x) to[x * extra.step_bytes] = from[x * extra.step_bytes];
    else
      for (int x = 0; x < in.width; ++x)
        std::memcpy(to + x * extra.step_bytes, from + x * extra.step_bytes, 2);
  }
}

std::int64_t frame_bytes(const ConstFrameView& frame) {
  const FormatInfo& info = format_info(frame.format);
  std::int64_t bytes = 0;
  for (int p = 0; p < info.plane_count; ++p)
    bytes += std::abs(frame.stride_bytes[p]) * info.plane_rows(p, frame.height);
  return bytes;
}

void load_8bit_codes(const ConstFrameView& frame, int c, int x, int y,
                     std::span<std::uint8_t> codes) {
  const FormatInfo& info = format_info(frame.format);
  const int step = info.component[c].step_bytes;
  const std::uint8_t* from = frame.component_row(c, y) + std::ptrdiff_t{x} * step;
  if (step == 1)
    std::copy_n(from, codes.size(), codes.data());
  else if (info.depth == 8)
    gather(from, step, codes.data(), codes.size());
  else if (step == 2)
    gather_rounded<2>(WordCodes(info), from, step, codes);
  else
    gather_rounded<0>(WordCodes(info), from, step, codes);
}

}  // namespace denoiseae
