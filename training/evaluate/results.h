// SPDX-License-Identifier: LGPL-2.1-or-later
// The comparison as text and as a picture.
#pragma once

#include <filesystem>
#include <ostream>
#include <span>

#include "evaluate/evaluate.h"

namespace denoiseae {

/// One aligned table per kind of noise: PSNR and SSIM of each photograph or clip, unless there are
/// more than 100, and the mean. Of several kinds also a table of each method's mean over them and
/// of its worst kind: a method that is good at one kind of noise only shows there.
void print_tables(std::ostream& out, std::span<const NoiseResult> results);

/// One line per noise, method and photograph or clip, and per mean (picture "mean"). Of several
/// kinds of noise also a line per method for their mean (noise "mean") and for the kind of the
/// lowest mean PSNR (noise "worst", picture = the kind). by_frame: also a line per frame of a clip,
/// before that of the clip. Throws unreadable.
void write_csv(const std::filesystem::path& path, std::span<const NoiseResult> results,
               bool by_frame = false);

/// One row per method, with the PSNR below. Throws unreadable.
void write_figure(const std::filesystem::path& path, const NoiseResult& result);

}  // namespace denoiseae
