// SPDX-License-Identifier: LGPL-2.1-or-later
#include "adapt/adapt.h"

#include <denoiseae/error.h>
#include <denoiseae/model.h>

#include <nlohmann/json.hpp>
#include <span>

#include "adapt/adapt_report.h"
#include "adapt/footage_pairs.h"
#include "adapt/footage_runs.h"
#include "train/find_preset.h"
#include "train/trainer.h"

namespace denoiseae {

namespace {

namespace fs = std::filesystem;

/// One run of so many is held back, to measure what was gained.
constexpr std::size_t kHeldBack = 8;

/// Returns how many runs, the last ones, are held back. A single run serves for both.
std::size_t held_back(std::size_t runs) {
  return runs < 2 ? 0 : std::max<std::size_t>(1, runs / kHeldBack);
}

/// Returns the preset with the network of the model in it.
TrainConfig config_for(const AdaptOptions& options, const Model& model) {
  const detail::ModelData& data = model.data();
  if (data.domain != InputRepresentation::packed_yuv420 || !data.noise_map)
    throw Error(ErrorCode::incompatible_model,
                model.info().path.string() + " has the architecture " + model.info().architecture +
                    (data.noise_map ? "" : " and no noise map") +
                    "; expected a denoiser of video that estimates its noise, such as balanced");
  TrainConfig config =
      load_config(find_preset(options.preset, preset_folders()), options.overrides);
  const auto manifest = nlohmann::json::parse(model.info().manifest);
  config.architecture = model.info().architecture;
  config.settings = manifest.at("settings").dump();
  config.licence = manifest.value("licence", "");
  config.start = {fs::absolute(model.info().path)};
  config.noise_map = fs::absolute(model.info().path).string();
  config.quantise_share = data.scales.empty() ? 0 : 1;
  config.data_root = fs::absolute(options.run);
  return config;
}

}  // namespace

AdaptResult adapt(const AdaptOptions& options, const std::atomic<bool>& stop,
                  const LogCallback& log, const LogCallback& progress) {
  const auto model = load_model(options.model);
  const fs::path config_file = options.run / "config.toml";
  const bool resumes = fs::exists(config_file);
  TrainConfig config = resumes ? load_config(config_file, {}) : config_for(options, *model);
  const std::vector<FootageRun> runs = load_runs(options.footage, options.frames, log);
  const std::size_t trained = runs.size() - held_back(runs.size());
  if (!resumes) {
    write_pairs(model, std::span(runs).first(trained), options.run / "pairs", stop, log);
    if (stop) return {};
  }
  Trainer trainer(config, options.run, log, progress);
  if (!resumes) save_config(config, options.run);
  AdaptResult result;
  result.finished = trainer.run(stop).finished;
  if (!result.finished) return result;
  result.weights = options.run / "best.safetensors";
  const auto tested =
      held_back(runs.size()) == 0 ? std::span(runs) : std::span(runs).subspan(trained);
  const AdaptGain gain = measure_gain(model, load_model(result.weights.string()), tested);
  result.error_before = gain.error_before;
  result.error_after = gain.error_after;
  write_comparison(gain, options.run / "comparison.png");
  write_card(options, *model, config, runs.size(), gain, options.run / "README.md");
  return result;
}

}  // namespace denoiseae
