// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>

#include "av.h"

namespace command {

/// Returns the kind of subtitles that a container takes instead of a kind that it does not, where
/// both are text.
std::optional<AVCodecID> subtitles_for(const AVOutputFormat& container, AVCodecID codec);

/// Turns the packets of text subtitles of one kind into those of another.
class SubtitleConverter {
 public:
  /// Throws Failure.
  SubtitleConverter(const AVStream& from, AVCodecID to);

  /// Has the parameters of the new stream.
  const AVCodecContext& context() const { return *encoder_; }
  /// Returns a packet with the time of the given one, in its time base; null when there is nothing
  /// to show. Text that cannot be read is left out.
  PacketPtr convert(const AVPacket& packet);

 private:
  CodecPtr decoder_;
  CodecPtr encoder_;
  AVRational time_base_;
};

}  // namespace command
