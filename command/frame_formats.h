// SPDX-License-Identifier: LGPL-2.1-or-later
// THE table of FFmpeg's pixel formats and the library's.
#pragma once

#include <denoiseae/frame.h>

#include <optional>
#include <string>
#include <vector>

#include "av.h"

namespace command {

/// Returns nothing where the library has no such format. Formats of full range ("yuvj420p") are
/// those without: the range is a property of the frame.
std::optional<denoiseae::PixelFormat> pixel_format(AVPixelFormat format);
/// Returns yuv420p for yuvj420p, and so on; other formats are returned as they are.
AVPixelFormat without_range(AVPixelFormat format);

/// Tells what is lost in a conversion, as FFmpeg's flags FF_LOSS_.
int conversion_loss(AVPixelFormat from, AVPixelFormat to);
/// Says in words what the flags mean, or an empty text.
std::string describe_loss(int loss);
/// Returns the one of the formats to which a frame is converted with the least loss.
AVPixelFormat best_of(const std::vector<AVPixelFormat>& formats, AVPixelFormat from);
/// Returns the best format that the library denoises.
AVPixelFormat best_denoised(AVPixelFormat from);

const char* name_of(AVPixelFormat format);
bool is_full_range(AVPixelFormat format);

/// Views of a frame in a format of the table.
denoiseae::FrameView view_of(AVFrame& frame);
denoiseae::ConstFrameView view_of(const AVFrame& frame);

}  // namespace command
