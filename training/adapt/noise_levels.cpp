// SPDX-License-Identifier: LGPL-2.1-or-later
#include "adapt/noise_levels.h"

#include <array>
#include <atomic>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "layout/noise_map_layout.h"
#include "model/manifest.h"

namespace denoiseae {

namespace {

constexpr std::array kStrengths{0.6, 0.8, 1.0, 1.25, 1.6, 2.0};
/// A search that ends at the largest strength goes on from there.
constexpr int kRounds = 2;
constexpr std::size_t kRuns = 6;
/// The convolution of the architecture noise_map that tells the levels.
constexpr const char* kLevelsBias = "levels.bias";

struct SearchRun {
  const FootageRun* run;
  std::vector<NextFrame> next;
};

std::vector<SearchRun> search_runs(const std::shared_ptr<const Model>& model,
                                   std::span<const FootageRun> runs) {
  std::vector<SearchRun> result;
  const std::size_t count = std::min(kRuns, runs.size());
  for (std::size_t i = 0; i < count; ++i) {
    const FootageRun& run = runs[i * runs.size() / count];
    const std::vector<FootageFrame> frames = denoise_run(model, run);
    result.push_back({&run, {}});
    for (std::size_t t = 0; t + 1 < frames.size(); ++t)
      result.back().next.push_back(next_frame(frames[t], frames[t + 1]));
  }
  return result;
}

double error_of(const std::shared_ptr<const Model>& model, const std::vector<SearchRun>& runs,
                const DenoiseSettings& settings) {
  double error = 0;
  for (const SearchRun& searched : runs) {
    const std::vector<FootageFrame> frames = denoise_run(model, *searched.run, settings);
    for (std::size_t t = 0; t < searched.next.size(); ++t)
      error += error_against(searched.next[t], frames[t].denoised);
  }
  return error;
}

/// Sets the member of the settings to the strength with the smallest error.
void search(const std::shared_ptr<const Model>& model, const std::vector<SearchRun>& runs,
            DenoiseSettings& settings, double DenoiseSettings::*member,
            const std::atomic<bool>& stop) {
  double least = -1, best = 1;
  for (const double strength : kStrengths) {
    if (stop) return;
    settings.*member = strength;
    const double error = error_of(model, runs, settings);
    if (least < 0 || error < least) {
      least = error;
      best = strength;
    }
  }
  settings.*member = best;
}

}  // namespace

LevelFactors find_level_factors(const std::shared_ptr<const Model>& model,
                                std::span<const FootageRun> runs, const std::atomic<bool>& stop) {
  LevelFactors factors;
  std::shared_ptr<const Model> current = model;
  for (int round = 0; round < kRounds && !stop; ++round) {
    const std::vector<SearchRun> searched = search_runs(current, runs);
    DenoiseSettings settings;
    search(current, searched, settings, &DenoiseSettings::strength, stop);
    search(current, searched, settings, &DenoiseSettings::chroma_strength, stop);
    factors.luma *= settings.strength;
    factors.chroma *= settings.strength * settings.chroma_strength;
    if (settings.strength < kStrengths.back()) break;
    current = with_levels(*model, factors);
  }
  return factors;
}

std::shared_ptr<const Model> with_levels(const Model& model, const LevelFactors& factors) {
  auto map = std::make_shared<detail::ModelData>(*model.data().noise_map);
  std::vector<float>& bias = map->tensors.at(kLevelsBias).values;
  for (std::size_t i = 0; i < bias.size(); ++i) {
    // The channels of a block lie together.
    const double factor = i % kNoiseMapChannels == 0 ? factors.luma : factors.chroma;
    const auto log_factor = static_cast<float>(std::log2(factor));
    bias[i] += value_of_log_level(log_factor) - value_of_log_level(0);
  }
  auto data = std::make_shared<detail::ModelData>(model.data());
  data->noise_map = std::move(map);
  data->is_finite = std::make_shared<std::atomic<bool>>(false);
  return std::make_shared<const Model>(std::move(data));
}

void write_model(const Model& model, const std::filesystem::path& path) {
  nlohmann::json manifest = nlohmann::json::parse(model.info().manifest);
  std::map<std::string, Tensor> tensors = model.data().tensors;
  add_noise_map(*model.data().noise_map, manifest, tensors);
  save_model(path, manifest, std::move(tensors));
}

}  // namespace denoiseae
