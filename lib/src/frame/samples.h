// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of one component as numbers, whatever the format; what every function on frames starts and
// ends with.
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

/// Throws unsupported_format unless width and height are 1 ... kMaxFrameSize pixels.
DAE_API void check_frame_size(int width, int height);

/// check_view of both; throws bad_argument that starts with the name of the function unless format
/// and size are the same.
DAE_API void check_same_shape(const ConstFrameView& a, const ConstFrameView& b,
                              std::string_view function);

/// Throws bad_argument that starts with the name of the function unless the format has component c.
DAE_API void check_component(const ConstFrameView& frame, int c, std::string_view function);

/// out = in, pixel bytes only. pool: null for the calling thread alone.
DAE_API void copy_frame(const ConstFrameView& in, const FrameView& out, ThreadPool* pool = nullptr);

/// Whether memory from the first to the last row of a plane of one frame lies within that of a
/// plane of the other. Both of one format and size.
DAE_API bool share_memory(const ConstFrameView& a, const ConstFrameView& b);

/// Copies the alpha or padding bytes of packed pixels, and of an odd width the luma that the last
/// two share their chroma with; nothing for formats without.
DAE_API void copy_extra_bytes(const ConstFrameView& in, const FrameView& out);

/// Reads row y of component c as codes. codes: as long as the component's row.
inline void load_codes(const ConstFrameView& frame, int c, int y, std::span<float> codes) {
  const std::uint8_t* from = frame.component_row(c, y);
  const FormatInfo& info = format_info(frame.format);
  const int step = info.component[c].step_bytes;
  with_codes(info, [&](const auto& samples) {
    for (std::size_t x = 0; x < codes.size(); ++x)
      codes[x] = static_cast<float>(samples.load(from + x * step));
  });
}

/// Reads samples x, x + 1 ... of row y of component c as 8-bit codes, to which deeper ones are
/// rounded.
DAE_API void load_8bit_codes(const ConstFrameView& frame, int c, int x, int y,
                             std::span<std::uint8_t> codes);

/// Writes row y of component c, rounded half up and clamped to the codes of the format. NaN gives
/// code 0.
inline void store_codes(const FrameView& frame, int c, int y, std::span<const float> codes) {
  std::uint8_t* to = frame.component_row(c, y);
  const FormatInfo& info = format_info(frame.format);
  const int step = info.component[c].step_bytes;
  const float max_code = static_cast<float>(info.max_code());
  // In one loop the compiler makes branches of the limits, and noise near black or white
  // mispredicts them; alone, they become vector instructions: three times as fast.
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
