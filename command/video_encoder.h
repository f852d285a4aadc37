// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "av.h"
#include "hdr_metadata.h"
#include "input.h"
#include "video_codecs.h"

namespace command {

/// Says what the user asks of the encoder.
struct EncoderOptions {
  std::optional<int> crf;
  int threads = 0;  ///< at most, 0 = one for each processor
  /// "key=value" each, for FFmpeg's encoder.
  std::vector<std::string> codec_options;
};

class VideoEncoder {
 public:
  /// first: the first frame in the format of the choice; its colours and fields are those of the
  /// film. global_header: whether the container wants the headers apart from the packets. Throws
  /// Failure.
  VideoEncoder(const EncoderChoice& choice, const EncoderOptions& options, const Input& input,
               const AVFrame& first, const HdrMetadata& hdr, bool global_header);

  const AVCodecContext& context() const { return *context_; }

  /// Receives the packets, whose times are in the time base of the context.
  using Sink = std::function<void(PacketPtr)>;
  /// Takes a frame in the format of the choice, or null at the end.
  void encode(FramePtr frame, const Sink& sink);

 private:
  CodecPtr context_;
  bool counts_frames_;  // the container has no time stamps
  std::int64_t count_ = 0;
  std::map<std::int64_t, std::int64_t> durations_;  // by time, of frames inside the encoder
};

}  // namespace command
