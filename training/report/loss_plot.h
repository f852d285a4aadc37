// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/log.h>

#include <filesystem>

namespace denoiseae {

/// Draws the columns of a metrics file whose names end in "_loss" over its first one, as SVG, with
/// gnuplot. Empty fields are left out. A missing or failing gnuplot, or a file without rows, is a
/// warning to log and leaves an old picture as it is.
void draw_loss_plot(const std::filesystem::path& metrics_csv, const std::filesystem::path& svg,
                    const LogCallback& log);

}  // namespace denoiseae
