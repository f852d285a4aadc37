// SPDX-License-Identifier: LGPL-2.1-or-later
// What a preset says, checked: every key known, every value in range.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/sampler.h"

namespace denoiseae {

/// One place that training pictures come from.
struct SourceConfig {
  std::string set;             ///< row of the table of data sets; "" = guessed from the path
  std::filesystem::path path;  ///< relative to the data root
  double share = 1;            ///< of the samples, relative to the other sources
};

enum class Loss {
  psnr,  ///< mean over samples of log(MSE)
  mse,
  l1,
};

/// float32, or bfloat16 for convolutions where automatic finds a CPU that has it.
enum class Compute { automatic, float32, bfloat16 };

struct TrainConfig {
  std::string preset;  ///< name, for the manifest
  std::string licence;
  std::string architecture = "unet";
  nlohmann::json settings = nlohmann::json::object();

  std::filesystem::path data_root = ".";
  std::vector<SourceConfig> sources;
  double validation_share = 0.05;  ///< of each source's photographs and clips
  std::int64_t limit = 0;          ///< read only so many pictures or clips per source; 0 = all

  SampleSettings samples;

  std::int64_t steps = 10000;
  int batch = 24;
  double learning_rate = 2e-3;
  std::int64_t warmup_steps = 200;
  double clip_norm = 1;  ///< of the gradient; 0 = off
  Loss loss = Loss::psnr;
  Compute compute = Compute::automatic;
  std::uint64_t seed = 1;
  unsigned threads = 0;                     ///< 0 = as many as the machine has
  std::int64_t report_interval = 1000;      ///< steps between validation, metrics and pictures
  std::int64_t checkpoint_interval = 1000;  ///< steps
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
