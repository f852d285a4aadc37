// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "console.h"
#include "film_job.h"
#include "film_list.h"
#include "options.h"

namespace command {

/// Denoises the films, several at once where there are processors for them, and goes on after one
/// that fails. Returns how many failed.
int denoise_films(const std::vector<FilmPaths>& films, const Options& options,
                  FilmOptions film_options, Console& console);

/// Calls work, and prints what it throws. Returns whether it threw nothing. An Interruption goes
/// on.
bool succeeds(const std::string& film, Console& console, const std::function<void()>& work);

}  // namespace command
