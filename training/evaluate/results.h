// SPDX-License-Identifier: LGPL-2.1-or-later
// The comparison as text and as a picture.
#pragma once

#include <filesystem>
#include <ostream>
#include <span>

#include "evaluate/evaluate.h"

namespace denoiseae {

/// "gaussian:25"
std::string to_string(const NoiseSpec& noise);

/// One aligned table per kind of noise: PSNR and SSIM of each photograph or clip, and the mean.
void print_tables(std::ostream& out, std::span<const NoiseResult> results);

/// One line per noise, method and photograph or clip, and per mean (picture "mean"). Throws
/// unreadable.
void write_csv(const std::filesystem::path& path, std::span<const NoiseResult> results);

/// One row per method, with the PSNR below. Throws unreadable.
void write_figure(const std::filesystem::path& path, const NoiseResult& result);

}  // namespace denoiseae
