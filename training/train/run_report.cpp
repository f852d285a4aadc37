// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/run_report.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/manifest.h"
#include "model/noise_floor_entry.h"
#include "report/loss_plot.h"
#include "train/measure_noise_floor.h"
#include "train/quantise.h"

namespace denoiseae {

RunReport::RunReport(const TrainConfig& config, const std::filesystem::path& folder,
                     LogCallback log)
    : config_(config),
      folder_(folder),
      log_(std::move(log)),
      metrics_(folder / "metrics.csv", config.epochs > 0 ? "epoch" : "step",
               {"training_loss", "validation_loss",
                estimates_noise(config) ? "validation_level_error_db" : "validation_psnr",
                "learning_rate", "megapixels_per_second"}) {}

std::int64_t RunReport::count_of(const Progress& progress) const {
  return config_.epochs > 0 ? epoch_at(config_, progress.step) : progress.step;
}

void RunReport::cut_back(const Progress& progress) { metrics_.cut_back(count_of(progress)); }

void RunReport::write(Learner& learner, const TrainingData& data,
                      const std::vector<TrainingStage>& stages, Progress& progress) {
  const ValidationResult quality = validate(learner.eval_network(), data.validation(), config_);
  if (config_.keep == Keep::last || quality.loss < progress.best_loss) {
    save_best(learner, data, quality, progress);
  }
  const double rate =
      pixels_of_steps(stages, progress.step) / std::max(progress.seconds, 1e-9) / 1e6;
  const double loss = progress.loss_count > 0
                          ? progress.loss_sum / static_cast<double>(progress.loss_count)
                          : std::numeric_limits<double>::quiet_NaN();
  progress.loss_sum = 0;
  progress.loss_count = 0;
  const std::array row = {loss, quality.loss, quality_db(config_, quality),
                          rate_of_step(config_, stages, progress.step - 1), rate};
  metrics_.append(count_of(progress), row);
  draw_loss_plot(folder_ / "metrics.csv", folder_ / "loss.svg", log_);
  if (!estimates_noise(config_))
    draw_samples(learner.eval_network(), data.validation(), config_, folder_ / "samples.png");
}

void RunReport::save_best(Learner& learner, const TrainingData& data,
                          const ValidationResult& quality, Progress& progress) const {
  progress.best_loss = quality.loss;
  progress.best_db = quality_db(config_, quality);
  progress.best_step = progress.step;
  nlohmann::json manifest = manifest_of(learner, quality, progress);
  if (!data.weak_noise().empty() && !estimates_noise(config_)) {
    manifest["own_error"] =
        noise_floor_entry(measure_noise_floor(learner.eval_network(), data.weak_noise()));
  }
  std::map<std::string, Tensor> tensors = learner.eval_network().state();
  if (const detail::ModelData* map = noise_map_data(config_))
    add_noise_map(*map, manifest, tensors);
  save_model(folder_ / "best.safetensors", manifest, std::move(tensors));
}

nlohmann::json RunReport::manifest_of(Learner& learner, const ValidationResult& quality,
                                      const Progress& progress) const {
  nlohmann::json manifest = make_manifest(find_architecture(config_.architecture),
                                          nlohmann::json::parse(config_.settings));
  nlohmann::json noise = nlohmann::json::array();
  for (const NoiseRange& range : config_.samples.noise) {
    noise.push_back({{"model", name_of(range.kind)},
                     {"min_level", range.min_level},
                     {"max_level", range.max_level}});
  }
  nlohmann::json data = nlohmann::json::array();
  for (const SourceConfig& source : config_.sources) data.push_back(source.path.string());
  manifest["noise"] = noise;
  manifest["licence"] = config_.licence;
  manifest["training"] = {
      {"preset", config_.preset},
      {"data", data},
      {"steps", progress.step},
      {"date", progress.date},
      {"metrics", {{"validation_psnr", quality.psnr}, {"validation_mse", quality.mse}}}};
  if (estimates_noise(config_))
    manifest["training"]["metrics"] = {{"validation_level_error_db", quality.level_error_db}};
  if (config_.epochs > 0) manifest["training"]["epochs"] = count_of(progress);
  const ScaleSets& sets = learner.scale_sets();
  if (!sets.empty()) {
    const std::int64_t first = first_quantised_step(config_.steps, config_.quantise_share);
    manifest["quantisation"] = quantisation_entry(sets, progress.step - first);
  }
  return manifest;
}

}  // namespace denoiseae
