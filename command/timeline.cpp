// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline.h"

#include <algorithm>

namespace command {

namespace {

constexpr AVRational kMicroseconds = {1, AV_TIME_BASE};
constexpr std::int64_t kBack = AV_TIME_BASE / 10;
constexpr std::int64_t kForward = 10 * static_cast<std::int64_t>(AV_TIME_BASE);

bool tells_time(const AVStream& stream) {
  const AVMediaType kind = stream.codecpar->codec_type;
  return kind == AVMEDIA_TYPE_VIDEO || kind == AVMEDIA_TYPE_AUDIO;
}

}  // namespace

bool Timeline::jumps(std::int64_t time, const Track& track) const {
  const bool is_back = track.end != AV_NOPTS_VALUE && time + kBack < track.end;
  return is_back || (last_ != AV_NOPTS_VALUE && time > last_ + kForward);
}

void Timeline::correct(const AVFormatContext& file, AVPacket& packet) {
  const AVStream& stream = *file.streams[packet.stream_index];
  const std::int64_t stamp = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
  if (stamp == AV_NOPTS_VALUE) return;
  tracks_.resize(std::max<std::size_t>(tracks_.size(), file.nb_streams));
  Track& track = tracks_[static_cast<std::size_t>(packet.stream_index)];
  if (tells_time(stream)) {
    const std::int64_t given = av_rescale_q(stamp, stream.time_base, kMicroseconds);
    if (jumps(given + track.offset, track)) {
      if (jumps(given + offset_, track)) offset_ = last_ - given;
      track.offset = offset_;
    }
    const std::int64_t duration =
        packet.duration > 0 ? av_rescale_q(packet.duration, stream.time_base, kMicroseconds) : 0;
    track.end = std::max(track.end, given + track.offset + duration);
    last_ = std::max(last_, track.end);
  } else {
    track.offset = offset_;
  }
  const std::int64_t shift = av_rescale_q(track.offset, kMicroseconds, stream.time_base);
  if (packet.dts != AV_NOPTS_VALUE) packet.dts += shift;
  if (packet.pts != AV_NOPTS_VALUE) packet.pts += shift;
}

}  // namespace command
