// SPDX-License-Identifier: LGPL-2.1-or-later
// The side data of streams, which lies elsewhere in newer versions of FFmpeg.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "av.h"

namespace command {

/// Returns nothing where the stream has no such data.
std::span<const std::uint8_t> side_data(const AVStream& stream, AVPacketSideDataType type);
/// Throws std::bad_alloc.
void add_side_data(AVStream& stream, AVPacketSideDataType type,
                   std::span<const std::uint8_t> bytes);
/// Copies all that one stream has to another, which has none.
void copy_side_data(const AVStream& from, AVStream& to);

}  // namespace command
