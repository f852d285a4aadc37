// SPDX-License-Identifier: LGPL-2.1-or-later
// The comparison of denoisers: the pictures of a data set are made noisy once, and every method
// denoises the same noisy pictures.
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

/// Writes the noise as the command line names it: "gaussian:25".
std::string to_string(const NoiseSpec& noise);

/// Whether models with a recurrent state use it in clips. Without it, every frame is the first of a
/// stream. both: each model counts as two methods.
enum class UseState { yes, no, both };

struct EvalOptions {
  std::vector<std::string> models;     ///< names or paths
  std::vector<std::string> baselines;  ///< rows of the table of classic filters
  std::filesystem::path data;
  std::string kind;           ///< row of the table of data sets; "" = guessed from the path
  std::string part = "test";  ///< for sets that come in parts: "train" or "test"
  std::string category;       ///< for sets of several classes; "" = the set's own choice, or "all"
  int size_px =
      0;  ///< pictures become gray squares of this size, averaged by area; 0 = as they are
  /// A share above 0 measures on the pictures that denoiseae-train holds back with this validation
  /// share and group, and tunes on the others.
  double held_out = 0;
  std::string group;             ///< pattern for group_by_name; "" = each picture on its own
  std::uint64_t split_seed = 1;  ///< the training's seed
  /// Whether models of one size see pictures of other sizes in tiles, as in the denoiser. Otherwise
  /// the pictures are resized.
  bool tiles = false;
  std::vector<NoiseSpec> noise{NoiseSpec{}};
  std::uint64_t seed = 0;
  Precision precision = Precision::automatic;  ///< for the models
  bool blind = false;                          ///< the models estimate the noise level
  UseState temporal = UseState::yes;
  bool gray = false;    ///< pictures become gray
  bool chroma = false;  ///< measures the colour differences instead of luma, for YUV formats
  /// The pixel format; empty = gray8 for gray pictures, i420 for clips, bgr for colour photographs.
  std::optional<PixelFormat> format;
  CodeRange range = CodeRange::full;  ///< for gray and YUV formats
  /// Whether noise is rounded to 8 bits and clipped, and 8-bit frames go through the denoiser. RGB
  /// is always clipped.
  bool clip = false;
  std::optional<double> sharpen;  ///< also measure every model's output after sharpen3x3
  /// Pictures of the same kind on which the parameters of the filters are chosen; empty = the
  /// filters' default parameters.
  std::filesystem::path tune_data;
  std::string tune_part = "train";
  std::size_t tune_limit = 100;  ///< pictures; 0 = all
  std::size_t limit = 0;         ///< pictures or clips; 0 = all
  unsigned threads = 0;
  std::size_t figure_columns = 0;  ///< pictures to keep for a figure
  /// Folder below which every result is written as METHOD/NAME.png, rounded to 8 bits; empty =
  /// none.
  std::filesystem::path frames_folder;
};

/// The results on one frame of a clip, or on one photograph.
struct FrameResult {
  std::string name;              ///< path below the folder of the data set
  std::vector<Quality> quality;  ///< first the noisy picture, then each method
};

/// The results on one photograph, or the mean over the frames of one clip.
struct GroupResult {
  std::string name;
  std::string format;
  int frames = 0;
  std::vector<Quality> quality;  ///< first the noisy pictures, then each method
  std::vector<FrameResult> by_frame;
};

/// One column of a figure: a detail of the noisy picture, of each result and of the clean picture.
struct FigureColumn {
  std::vector<cv::Mat> pictures;
  std::vector<Quality> quality;  ///< for whole pictures; the clean one has none
};

/// All results on one kind of noise.
struct NoiseResult {
  NoiseSpec noise;
  std::vector<std::string> methods;  ///< "noisy", then the methods
  std::vector<GroupResult> groups;
  std::vector<Quality> mean;  ///< over the groups
  bool clipped = false;       ///< some pictures were denoised as 8-bit frames
  std::vector<FigureColumn> figure;
};

/// Compares the methods. Throws what loading the data and the models throws.
std::vector<NoiseResult> evaluate(const EvalOptions& options, const LogCallback& log);

}  // namespace denoiseae
