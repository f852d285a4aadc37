// SPDX-License-Identifier: LGPL-2.1-or-later
// The HDR metadata of a film: the mastering display, and the light level of the content.
#pragma once

extern "C" {
#include <libavutil/mastering_display_metadata.h>
}

#include <optional>
#include <string>

#include "av.h"

namespace command {

struct HdrMetadata {
  std::optional<AVMasteringDisplayMetadata> display;
  std::optional<AVContentLightMetadata> light;
};

/// Takes what the frame says, and what the stream says where the frame is silent.
HdrMetadata find_hdr_metadata(const AVStream& stream, const AVFrame& frame);
/// Adds it to a stream that will be written. Throws std::bad_alloc.
void add_hdr_metadata(const HdrMetadata& metadata, AVStream& stream);

/// Are the texts for the options of x265 ("master-display") and x264 ("mastering-display"), which
/// count in 0.00002 and in 0.0001 cd/m2.
std::string display_in_units(const AVMasteringDisplayMetadata& display);
/// Is the text for SVT-AV1, which takes decimal fractions.
std::string display_in_fractions(const AVMasteringDisplayMetadata& display);
/// "1000,400".
std::string light_text(const AVContentLightMetadata& light);

}  // namespace command
