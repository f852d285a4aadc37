// SPDX-License-Identifier: LGPL-2.1-or-later
// The command line.
#pragma once

#include <denoiseae/denoiser.h>

#include <optional>
#include <string>
#include <vector>

#include "input.h"

namespace command {

struct Options {
  std::vector<std::string> inputs;
  std::string output;   ///< empty: no film is written
  std::string preview;  ///< empty: no picture is written
  std::string model = "balanced";
  denoiseae::Precision precision = denoiseae::Precision::automatic;
  int threads = 0;
  int jobs = 0;
  double strength = 1;
  double chroma_strength = 1;
  double noise_level = -1;
  double sharpen = 0;
  std::string video_codec;
  std::optional<int> crf;
  std::vector<std::string> codec_options;
  Extract extract;
  double run_in = 0.5;  ///< seconds
  bool force = false;
  bool quiet = false;
  bool list_models = false;
};

/// Returns nothing when the command line asks for no more than --help or is wrong; then status is
/// the exit code, and the text is printed.
std::optional<Options> parse_options(int argc, char** argv, int& status);

}  // namespace command
