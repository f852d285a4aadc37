// SPDX-License-Identifier: LGPL-2.1-or-later
// The pixel formats on the way of a film, from the decoder through the denoiser to the encoder.
#pragma once

#include <string>

#include "av.h"
#include "frame_converter.h"
#include "frame_formats.h"
#include "stream_copy.h"
#include "video_codecs.h"

namespace command {

class FilmFormats {
 public:
  /// first: the first frame of the film. Tells of conversions, and warns of those that cost
  /// something.
  FilmFormats(const AVOutputFormat& container, const std::string& video_codec,
              const AVStream& stream, const AVFrame& first, int threads, const Note& note,
              const Note& warn);

  const EncoderChoice& choice() const { return choice_; }
  FramePtr for_denoiser(FramePtr frame) { return to_denoiser_.convert(std::move(frame)); }
  FramePtr for_encoder(FramePtr frame) { return to_encoder_.convert(std::move(frame)); }
  /// Returns the frame as the encoder would get it, without denoising.
  FramePtr in_both_formats(const AVFrame& frame);

 private:
  EncoderChoice choice_;
  FrameConverter to_denoiser_;
  FrameConverter to_encoder_;
};

}  // namespace command
