// SPDX-License-Identifier: LGPL-2.1-or-later
// What a preset says, checked: every key known, every value in range.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/sampler.h"
#include "train/method.h"

namespace denoiseae {

/// One place that training pictures come from.
struct SourceConfig {
  std::string set;             ///< row of the table of data sets; "" = guessed from the path
  std::filesystem::path path;  ///< relative to the data root
  std::string part = "train";  ///< for sets that come in parts: train or test
  std::string group;           ///< pattern for group_by_name; "" = each picture on its own
  std::string category;        ///< for sets of several classes; "" = the set's own choice
  int size_px = 0;             ///< reduced to a gray square of this size first; 0 = as they are
  int video_frames = DatasetOptions{}.video_frames;  ///< at most, of each video file; 0 = all
  double share = 1;  ///< of the samples, relative to the other sources
};

enum class Loss {
  psnr,  ///< mean over samples of log(MSE)
  mse,
  l1,
};

/// float32, or bfloat16 for convolutions where automatic finds a CPU that has it, and on GPUs.
enum class Compute { automatic, float32, bfloat16 };

/// The learning rate after the warm-up.
enum class Schedule { cosine, constant };

/// Which weights are written, of those that are validated.
enum class Keep { best, last };

/// When pictures are split into training and validation.
enum class SplitTime {
  before_copies,  ///< no picture is on both sides; repeated ones are left out
  after_copies,   ///< every picture is on both sides, with other noise (the founding paper)
};

/// A part of a training whose batches have another shape: single frames first, then short and long
/// sequences.
struct StageConfig {
  double until = 1;  ///< share of the steps that are done when it ends
  int frames = 1;
  int batch = 24;
  int patch_px = 64;  ///< luma pixels
  /// Single frames beside the sequences of each step, whose loss counts the same: what sequences
  /// teach of first frames is little, and the network forgets them.
  int singles = 0;
};

struct TrainConfig {
  std::string preset;  ///< name, for the manifest
  std::string licence;
  std::string architecture = "unet";
  nlohmann::json settings = nlohmann::json::object();

  std::filesystem::path data_root = ".";
  std::vector<SourceConfig> sources;
  double validation_share = 0.05;  ///< of each source's photographs and clips
  SplitTime split = SplitTime::before_copies;
  std::int64_t limit = 0;  ///< read only so many pictures or clips per source; 0 = all

  SampleSettings samples;

  /// Passes over all pictures; 0 = samples are drawn at random, for so many steps. With epochs,
  /// steps and the intervals follow from the pictures: a report and a checkpoint after each.
  int epochs = 0;
  int copies = 1;  ///< how often an epoch takes each picture, with other noise each time
  std::int64_t steps = 10000;
  int batch = 24;
  /// Each ends later than the one before, the last at 1; none = samples.frames and batch for all
  /// steps. Validation always takes samples.frames. Not with epochs.
  std::vector<StageConfig> stages;
  Method optimizer = Method::adam;
  double learning_rate = 2e-3;
  std::int64_t warmup_steps = 200;
  double clip_norm = 1;  ///< of the gradient; 0 = off
  Schedule schedule = Schedule::cosine;
  Loss loss = Loss::psnr;
  /// Weight of the loss of what changes from frame to frame, beside that of the frames: of
  /// sequences only. Holds still what stands still.
  double steadiness = 0;
  Compute compute = Compute::automatic;
  std::string device = "cpu";  ///< for a LibTorch with CUDA also "cuda", "cuda:0", ...
  /// Of networks with a past: aligned to each frame by block matching, as in the stream.
  bool motion = true;
  /// Validation, best weights and sample pictures take the exponential moving average of the
  /// weights, of which a step keeps this share; 0 = the weights themselves.
  double ema = 0;
  /// The last ones suit a learning rate that ends at 0: few pictures to validate on tell small
  /// differences wrong.
  Keep keep = Keep::best;
  /// Weights files whose tensors are taken at the start where name and shape agree, of the last one
  /// that has them.
  std::vector<std::filesystem::path> start;
  /// Model whose results are learned from beside the clean pictures, a name or a weights file; "" =
  /// none. Read again by a resumed run.
  std::string teacher;
  double teacher_share = 0.5;  ///< of the loss, that by the teacher's results
  /// Share of the last steps in which values and weights are rounded as int8 engines do; the
  /// weights file then holds their scales. 0 = off. For U-Nets with slope 0.
  double quantise = 0;
  std::uint64_t seed = 1;
  unsigned threads = 0;                     ///< 0 = as many as the machine has
  std::int64_t report_interval = 1000;      ///< steps between validation, metrics and pictures
  std::int64_t checkpoint_interval = 1000;  ///< steps
  /// Random ones; with epochs: the first pictures, each once; 0 = all.
  int validation_samples = 96;
  int validation_patch_px = 128;  ///< ignored by architectures of fixed size
};

/// Reads a preset and applies overrides ("training.steps=100") in order. Throws not_found,
/// bad_argument naming the file, line or key.
TrainConfig load_config(const std::filesystem::path& file,
                        const std::vector<std::string>& overrides);

/// The same as TOML that load_config reads back to an equal configuration.
std::string to_toml(const TrainConfig& config);

}  // namespace denoiseae
