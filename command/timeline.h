// SPDX-License-Identifier: LGPL-2.1-or-later
// Time that runs on where the clock of a broadcast begins anew.
#pragma once

#include <cstdint>
#include <vector>

#include "av.h"

namespace command {

/// Corrects the time stamps of packets in files whose clock may jump, as that of recordings that
/// were put one after the other does.
class Timeline {
 public:
  /// Moves the packet, and all of its stream after it, to where the film was, if its time lies a
  /// tenth of a second before the end of its stream, or ten seconds after that of all streams.
  /// Streams jump together, but not at one packet: the others follow to the same place. Only sound
  /// and pictures tell the time, because subtitles may be silent for long.
  void correct(const AVFormatContext& file, AVPacket& packet);

 private:
  struct Track {
    std::int64_t end = AV_NOPTS_VALUE;  ///< as far as it was read, in microseconds and corrected
    std::int64_t offset = 0;            ///< is added to its time stamps, in microseconds
  };

  bool jumps(std::int64_t time, const Track& track) const;

  std::vector<Track> tracks_;           ///< one for each stream
  std::int64_t last_ = AV_NOPTS_VALUE;  ///< the latest of the ends
  std::int64_t offset_ = 0;             ///< since the last jump
};

}  // namespace command
