// SPDX-License-Identifier: LGPL-2.1-or-later
// The letters of the captions of previews, because FFmpeg's codecs draw no text.
#pragma once

#include <array>
#include <cstdint>

namespace command {

inline constexpr int kGlyphWidth = 5;
inline constexpr int kGlyphHeight = 7;

/// One number for each row, whose bit 4 is the leftmost pixel.
using Glyph = std::array<std::uint8_t, kGlyphHeight>;

/// Characters without a glyph are blank.
const Glyph& glyph(char character);

}  // namespace command
