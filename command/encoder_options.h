// SPDX-License-Identifier: LGPL-2.1-or-later
// The options of each encoder: quality, threads, and what FFmpeg's common settings leave out.
#pragma once

#include "av.h"
#include "hdr_metadata.h"
#include "video_codecs.h"
#include "video_encoder.h"

namespace command {

/// Throws Failure for options that the codec does not have.
void set_encoder_options(const EncoderChoice& choice, const EncoderOptions& options,
                         const HdrMetadata& hdr, AVCodecContext& context, Dictionary& dictionary);

}  // namespace command
