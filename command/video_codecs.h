// SPDX-License-Identifier: LGPL-2.1-or-later
// THE table of video codecs, and the choice among them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "av.h"

namespace command {

/// One row of the table.
struct VideoCodec {
  std::string_view name;  ///< as --video-codec takes it
  AVCodecID id;
  /// Names of FFmpeg's encoders, separated by blanks, the preferred one first.
  std::string_view encoders;
  /// The quality that is taken where none is given; a larger one takes fewer bytes. Codecs without
  /// have a largest one of 0.
  int default_crf;
  int max_crf;
  bool has_fields;  ///< stores the fields of interlaced frames apart
};

std::span<const VideoCodec> video_codecs();
/// Returns "x264, x265, ...".
std::string names_of_video_codecs();

/// An encoder of this FFmpeg and the format in which it takes frames.
struct EncoderChoice {
  const VideoCodec* codec = nullptr;
  const AVCodec* encoder = nullptr;
  AVPixelFormat format = AV_PIX_FMT_NONE;
};

/// A film that is to be encoded.
struct FilmShape {
  AVPixelFormat format = AV_PIX_FMT_NONE;
  int width = 0;
  int height = 0;
  bool interlaced = false;
};

/// Chooses the encoder of the codec that was asked for, or, where that is empty, the one that suits
/// film and container best. Throws Failure when there is none.
EncoderChoice choose_encoder(const AVOutputFormat& container, const std::string& asked,
                             const FilmShape& film);

}  // namespace command
