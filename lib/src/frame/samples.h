// SPDX-License-Identifier: LGPL-2.1-or-later
// Checks and copies of frames, for all formats, and the rows of one component as numbers, for those
// that are direct. Functions on frames begin and end with these.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "frame/codes.h"

namespace denoiseae {

/// Checks both views as check_view does. Throws bad_argument, which begins with the name of the
/// function, unless they have the same format and size.
void check_same_shape(const ConstFrameView& a, const ConstFrameView& b, std::string_view function);

/// Throws bad_argument, which begins with the name of the function, unless the format has component
/// c.
void check_component(const ConstFrameView& frame, int c, std::string_view function);

/// Copies the bytes that hold pixels. pool: null for the calling thread alone.
void copy_frame(const ConstFrameView& in, const FrameView& out, ThreadPool* pool = nullptr);

/// Tells whether the memory of a plane of one frame, from its first to its last row, overlaps that
/// of any plane of the other. Both frames must have the same format and size.
bool share_memory(const ConstFrameView& a, const ConstFrameView& b);

/// Copies alpha or padding. Where pixels lie in pairs and the width is odd, it copies the luma of
/// the pixel that completes the last pair. Other formats have no such bytes.
void copy_extra_bytes(const ConstFrameView& in, const FrameView& out);

/// Returns how many bytes the rows of a frame take, with what lies between them.
std::int64_t frame_bytes(const ConstFrameView& frame);

/// Reads row y of component c as codes. codes: has the length of the component's row.
inline void load_codes(const ConstFrameView& frame, int c, int y, std::span<float> codes) {
  const std::uint8_t* from = frame.component_row(c, y);
  const FormatInfo& info = format_info(frame.format);
  const int step = info.component[c].step_bytes;
  with_codes(info, [&](const auto& samples) {
    for (std::size_t x = 0; x < codes.size(); ++x)
      codes[x] = static_cast<float>(samples.load(from + x * step));
  });
}

/// Reads the samples of row y of component c from sample x on as 8-bit codes, to which deeper
/// samples are rounded.
void load_8bit_codes(const ConstFrameView& frame, int c, int x, int y,
                     std::span<std::uint8_t> codes);

/// Writes row y of component c, rounded half up and clamped to the codes of the format. NaN gives
/// code 0.
inline void store_codes(const FrameView& frame, int c, int y, std::span<const float> codes) {
  std::uint8_t* to = frame.component_row(c, y);
  const FormatInfo& info = format_info(frame.format);
  const int step = info.component[c].step_bytes;
  const float max_code = static_cast<float>(info.max_code());
  // The limits have a loop of their own, which becomes vector instructions and is three times as
  // fast. Next to the stores they would become branches, which noise near black or white
  // mispredicts.
  std::array<std::int32_t, 256> limited;
  while (!codes.empty()) {
    const std::size_t count = std::min(codes.size(), limited.size());
    for (std::size_t x = 0; x < count; ++x) {
      const float code = codes[x] + 0.5f;
      const float above = code > 0 ? code : 0;
      limited[x] = static_cast<std::int32_t>(above < max_code ? above : max_code);
    }
    with_codes(info, [&](const auto& samples) {
      for (std::size_t x = 0; x < count; ++x) samples.store(to + x * step, limited[x]);
    });
    codes = codes.subspan(count);
    to += count * step;
  }
}

}  // namespace denoiseae
