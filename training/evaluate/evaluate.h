// SPDX-License-Identifier: LGPL-2.1-or-later
// The comparison: pictures of a data set, made noisy once, denoised by every contestant.
#pragma once

#include <denoiseae/denoiser.h>
#include <denoiseae/log.h>
#include <denoiseae/noise.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/samples.h"

namespace denoiseae {

struct NoiseSpec {
  NoiseModel model = NoiseModel::gaussian;
  double level = 25;
};

/// "gaussian:25"
std::string to_string(const NoiseSpec& noise);

/// Whether models with a past use it in clips; without, every frame is the first of a stream. both:
/// two methods per model.
enum class UseState { yes, no, both };

struct EvalOptions {
  std::vector<std::string> models;     ///< names or paths
  std::vector<std::string> baselines;  ///< rows of the table of classic filters
  std::filesystem::path data;
  std::string kind;           ///< row of the table of data sets; "" = guessed from the path
  std::string part = "test";  ///< of sets that come in parts: "train" or "test"
  std::string category;       ///< of sets of several classes; "" = the set's own choice, "all"
  int size_px =
      0;  ///< pictures become gray squares of this size, averaged by area; 0 = as they are
  /// Above 0: measure on the pictures that denoiseae-train with this validation share and group
  /// holds back, and tune on the others.
  double held_out = 0;
  std::string group;             ///< pattern for group_by_name; "" = each picture on its own
  std::uint64_t split_seed = 1;  ///< the training's seed
  /// Models of one size see pictures of other sizes in tiles, as in the denoiser, instead of
  /// resized.
  bool tiles = false;
  std::vector<NoiseSpec> noise{NoiseSpec{}};
  std::uint64_t seed = 0;
  Precision precision = Precision::automatic;  ///< of the models
  bool blind = false;                          ///< the models estimate the noise level
  UseState temporal = UseState::yes;
  bool gray = false;    ///< luma only
  bool chroma = false;  ///< measures the colour differences instead of luma; of YUV formats
  /// Empty = gray8 for gray pictures, i420 for clips, bgr for colour photographs.
  std::optional<PixelFormat> format;
  CodeRange range = CodeRange::full;  ///< of gray and YUV formats
  /// Noise rounded to 8 bit and clipped, frames through the denoiser. Always so for formats without
  /// planes (RGB).
  bool clip = false;
  std::optional<double> sharpen;  ///< also measure every model's output after sharpen3x3
  /// Pictures to choose the parameters of the filters on, of the same kind; empty = the filters'
  /// own parameters.
  std::filesystem::path tune_data;
  std::string tune_part = "train";
  std::size_t tune_limit = 100;  ///< pictures; 0 = all
  std::size_t limit = 0;         ///< pictures or clips; 0 = all
  unsigned threads = 0;
  std::size_t figure_columns = 0;  ///< pictures to keep for a figure
  /// Write every result as METHOD/NAME.png below this folder, rounded to 8 bit; empty = nowhere.
  std::filesystem::path frames_folder;
};

/// Of one picture of a clip, or of a photograph.
struct FrameResult {
  std::string name;              ///< path below the folder of the data set
  std::vector<Quality> quality;  ///< of the noisy picture, then of each method
};

/// Of one photograph or clip; of a clip the mean over its frames.
struct GroupResult {
  std::string name;
  std::string format;
  int frames = 0;
  std::vector<Quality> quality;  ///< of the noisy pictures, then of each method
  std::vector<FrameResult> by_frame;
};

/// One column of a figure: a detail as noisy, each method's and clean picture.
struct FigureColumn {
  std::vector<cv::Mat> pictures;
  std::vector<Quality> quality;  ///< of the whole picture; none for the clean one
};

/// Everything about one kind of noise.
struct NoiseResult {
  NoiseSpec noise;
  std::vector<std::string> methods;  ///< "noisy", then the contestants
  std::vector<GroupResult> groups;
  std::vector<Quality> mean;  ///< over groups
  bool clipped = false;       ///< some pictures went the 8-bit way
  std::vector<FigureColumn> figure;
};

/// Throws what loading the data and the models throws.
std::vector<NoiseResult> evaluate(const EvalOptions& options, const LogCallback& log);

}  // namespace denoiseae
