// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

#include "console.h"
#include "film_denoiser.h"
#include "input.h"
#include "video_encoder.h"

namespace command {

/// Says what is done with each film.
struct FilmOptions {
  DenoiseOptions denoise;
  EncoderOptions encoder;
  std::string video_codec;  ///< a name of the table, or empty for the one that suits best
  Extract extract;
  std::int64_t run_in = 0;  ///< microseconds before the extract that are denoised, too
  bool replace = false;     ///< whether files may be replaced
  int threads = 0;          ///< at most, 0 = one for each processor
};

/// Denoises the film in into the file out. Throws Failure, denoiseae::Error, std::bad_alloc and
/// Interruption; then there is no file out.
void denoise_film(const std::string& in, const std::string& out, const FilmOptions& options,
                  Console& console);

}  // namespace command
