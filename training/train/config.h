// SPDX-License-Identifier: LGPL-2.1-or-later
// The configuration of a training, as a preset says it. train/preset_keys.h says what the keys
// mean.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/sampler.h"
#include "model/model_data.h"
#include "train/optimizer_kind.h"

namespace denoiseae {

/// One place that training pictures come from.
struct SourceConfig {
  std::string set;  ///< row of the table of data sets; "" = guessed from the path
  std::filesystem::path path;
  std::string part = "train";
  std::string group;     ///< "" = each picture stands alone
  std::string category;  ///< the key "class"; "" = the set's own choice
  int size_px = 0;
  int video_frames = DatasetOptions{}.video_frames;
  double share = 1;
};

enum class Loss {
  psnr,  ///< the mean over samples of log(MSE)
  mse,
  l1,
};

/// The number format of convolutions. automatic is bfloat16 on GPUs and on CPUs that have it.
enum class Compute { automatic, float32, bfloat16 };

/// The course of the learning rate after the warm-up.
enum class Schedule { cosine, constant };

/// The weights that are written, among those that are validated.
enum class Keep { best, last };

/// The time at which pictures are split into training and validation.
enum class SplitTime {
  before_copies,  ///< no picture is on both sides; repeated ones are left out
  after_copies,   ///< every picture is on both sides, with other noise (the founding paper)
};

/// A part of a training whose batches have another shape: single frames first, then short and long
/// sequences.
struct StageConfig {
  double until = 1;
  int frames = 1;
  int batch = 24;
  int patch_px = 64;
  /// Sequences teach little about first frames, and without single frames beside them the network
  /// forgets those.
  int single_frames = 0;
  /// The peak of a cosine of this stage alone. 0 goes on with the rate of the whole training, which
  /// then ends where the first stage with a rate of its own begins.
  double learning_rate = 0;
};

struct TrainConfig {
  std::string preset;
  std::string licence;
  std::string architecture = "unet";
  std::string settings = "{}";  ///< the architecture's settings as JSON text

  std::filesystem::path data_root = ".";
  std::vector<SourceConfig> sources;
  double validation_share = 0.05;
  SplitTime split = SplitTime::before_copies;
  std::int64_t limit = 0;

  SampleSettings samples;

  /// Steps and the intervals follow from the pictures where there are epochs: a report and a
  /// checkpoint come after each epoch.
  int epochs = 0;
  int copies = 1;
  std::int64_t steps = 10000;
  int batch = 24;
  /// Without any, all steps have samples.frames and batch. Validation always takes samples.frames.
  std::vector<StageConfig> stages;
  OptimizerKind optimizer = OptimizerKind::adam;
  double learning_rate = 2e-3;
  std::int64_t warmup_steps = 200;
  double clip_norm = 1;  ///< 0 = off
  Schedule schedule = Schedule::cosine;
  Loss loss = Loss::psnr;
  double temporal_consistency = 0;
  Compute compute = Compute::automatic;
  std::string device = "cpu";
  bool motion = true;
  double ema = 0;
  /// Few pictures to validate on tell small differences wrong, so that the last weights may be the
  /// better choice.
  Keep keep = Keep::best;
  std::vector<std::filesystem::path> start;
  /// A model of the architecture noise_map, or a denoiser that holds one, by its name or a weights
  /// file; it becomes part of the weights file; "" = none; read again by a resumed run.
  std::string noise_map;
  /// The model that noise_map names, loaded by fitted_graph; null = none.
  std::shared_ptr<const Model> noise_map_model;
  std::string teacher;  ///< "" = none; read again by a resumed run
  double teacher_share = 0.5;
  double quantise_share = 0;
  bool find_scales = false;  ///< after the last step, unless they are known
  std::uint64_t seed = 1;
  unsigned threads = 0;
  std::int64_t report_interval = 1000;
  std::int64_t checkpoint_interval = 1000;
  int validation_samples = 96;
  int validation_patch_px = 128;
};

/// Returns the data of noise_map_model, or null without one.
const detail::ModelData* noise_map_data(const TrainConfig& config);

/// Tells whether the network estimates noise instead of removing it.
bool estimates_noise(const TrainConfig& config);

/// Reads a preset and applies overrides ("training.steps=100") in order. Throws not_found,
/// bad_argument naming the file, line or key.
TrainConfig load_config(const std::filesystem::path& file,
                        const std::vector<std::string>& overrides);

/// Writes a configuration as TOML that load_config reads back to an equal one.
std::string to_toml(const TrainConfig& config);

/// Writes a configuration to config.toml in the folder of a run. Throws unreadable.
void save_config(const TrainConfig& config, const std::filesystem::path& run);

/// Returns tables of all keys of presets in Markdown: key, default, values, meaning.
std::string preset_tables();

}  // namespace denoiseae
