// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes the comparison as text and as a picture.
#pragma once

#include <filesystem>
#include <ostream>
#include <span>

#include "evaluate/evaluate.h"

namespace denoiseae {

/// Prints one aligned table for each kind of noise: PSNR and SSIM of each photograph or clip,
/// unless there are more than 100, and the mean. For several kinds it also prints a table of each
/// method's mean over them and of its worst kind, where a method that is good at one kind only
/// gives itself away.
void print_tables(std::ostream& out, std::span<const NoiseResult> results);

/// Writes a line for each noise, method and photograph or clip, and for each mean (picture "mean").
/// For several kinds of noise each method also has a line for their mean (noise "mean") and for the
/// kind with the lowest mean PSNR (noise "worst", picture = the kind). by_frame: each frame of a
/// clip has a line, too, before that of the clip. Throws unreadable.
void write_csv(const std::filesystem::path& path, std::span<const NoiseResult> results,
               bool by_frame = false);

/// Writes a picture with one row for each method and the PSNR below. Throws unreadable.
void write_figure(const std::filesystem::path& path, const NoiseResult& result);

}  // namespace denoiseae
