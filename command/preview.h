// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

#include "film_job.h"

namespace command {

/// Denoises frames at three places of a film and writes a picture of them before and after: each
/// whole, and a detail of it. Throws as denoise_film does.
void write_preview(const std::string& in, const std::string& picture, const FilmOptions& options,
                   Console& console);

}  // namespace command
