// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads fields and duration of a frame, whose names differ between versions of FFmpeg.
#pragma once

#include <cstdint>

#include "av.h"

namespace command {

inline bool is_interlaced(const AVFrame& frame) {
#ifdef AV_FRAME_FLAG_INTERLACED
  return (frame.flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame.interlaced_frame != 0;
#endif
}

inline bool top_field_is_first(const AVFrame& frame) {
#ifdef AV_FRAME_FLAG_TOP_FIELD_FIRST
  return (frame.flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
  return frame.top_field_first != 0;
#endif
}

inline bool has_fields(AVFieldOrder order) {
  return order == AV_FIELD_TT || order == AV_FIELD_BB || order == AV_FIELD_TB ||
         order == AV_FIELD_BT;
}

/// Tells in which order the fields of a film are stored and shown. A film may begin with frames
/// that are not interlaced.
inline AVFieldOrder field_order(const AVStream& stream, const AVFrame& first) {
  const AVFieldOrder of_stream = stream.codecpar->field_order;
  if (has_fields(of_stream) || !is_interlaced(first)) return of_stream;
  return top_field_is_first(first) ? AV_FIELD_TT : AV_FIELD_BB;
}

inline std::int64_t duration_of(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame.duration;
#else
  return frame.pkt_duration;
#endif
}

}  // namespace command
