// SPDX-License-Identifier: LGPL-2.1-or-later
#include "adapt/adapt.h"

#include <denoiseae/error.h>
#include <denoiseae/model.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "adapt/adapt_report.h"
#include "adapt/footage_pairs.h"
#include "adapt/footage_runs.h"
#include "adapt/noise_levels.h"
#include "model/safetensors.h"
#include "train/find_preset.h"
#include "train/trainer.h"

namespace denoiseae {

namespace {

namespace fs = std::filesystem;

/// One run of so many is held back, to measure what was gained.
constexpr std::size_t kHeldBack = 8;
/// The model with other noise levels, from which the training starts.
constexpr const char* kStartFile = "start.safetensors";

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
  config.start = {fs::absolute(options.run / kStartFile)};
  config.noise_map = config.start.front().string();
  // Weights that run in int8 shall still do so. Finding scales anew would take longer than fitting.
  config.quantise_share = data.scale_sets.empty() ? 0 : 1;
  config.data_root = fs::absolute(options.run);
  return config;
}

/// Says what a run was begun with.
nlohmann::json description(const AdaptOptions& options) {
  return {{"footage", fs::absolute(options.footage).lexically_normal().string()},
          {"model", options.model},
          {"frames", options.frames},
          {"preset", options.preset},
          {"overrides", options.overrides}};
}

/// Makes the run folder, or checks that it holds a run that the same arguments began.
void prepare_run(const AdaptOptions& options) {
  const fs::path begun = options.run / "adapt.json";
  const std::string text = description(options).dump(1) + "\n";
  const std::string run = options.run.string();
  std::error_code ec;
  if (fs::exists(begun, ec)) {
    std::ifstream file(begun);
    if (std::string(std::istreambuf_iterator<char>(file), {}) != text)
      throw Error(ErrorCode::bad_argument,
                  run + " holds a run that other arguments began, see " + begun.string() +
                      "; give the same ones, or another folder with --out");
    if (fs::exists(options.run / "README.md", ec))
      throw Error(ErrorCode::bad_argument,
                  run + " holds a finished run; choose another folder with --out");
    return;
  }
  if (fs::exists(options.run, ec) &&
      !(fs::is_directory(options.run, ec) && fs::is_empty(options.run, ec)))
    throw Error(
        ErrorCode::bad_argument,
        run + " is there already, and holds no run of adapt; choose another folder with --out");
  fs::create_directories(options.run, ec);
  if (ec) throw Error(ErrorCode::unreadable, run + " cannot be created: " + ec.message());
  write_file_atomically(begun, text);
}

/// Leaves no run behind that could not begin.
void remove_run(const fs::path& run) {
  std::error_code ignored;
  fs::remove(run / "adapt.json", ignored);
  fs::remove(run / kStartFile, ignored);
  fs::remove(run, ignored);
}

}  // namespace

AdaptResult adapt(const AdaptOptions& options, const std::atomic<bool>& stop,
                  const LogCallback& log, const LogCallback& progress) {
  const auto model = load_model(options.model);
  const fs::path config_file = options.run / "config.toml";
  const bool resumes = fs::exists(config_file);
  TrainConfig config = config_for(options, *model);
  const std::vector<FootageRun> runs = load_runs(options.footage, options.frames, log);
  const std::size_t trained = runs.size() - held_back(runs.size());
  prepare_run(options);
  if (resumes) {
    config = load_config(config_file, {});
  } else {
    const auto lessons = std::span(runs).first(trained);
    try {
      const LevelFactors factors = find_level_factors(model, lessons, stop);
      if (stop) return {};
      log(LogLevel::info, "the levels of the noise map are multiplied by " +
                              std::to_string(factors.luma) + ", those of colour by " +
                              std::to_string(factors.chroma));
      const auto start = with_levels(*model, factors);
      write_model(*start, options.run / kStartFile);
      write_pairs(start, lessons, options.run / "pairs", stop, log);
    } catch (const Error&) {
      remove_run(options.run);
      throw;
    }
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
