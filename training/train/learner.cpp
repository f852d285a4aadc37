// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/learner.h"

#include <utility>

#include "train/cross_layer_equalisation.h"
#include "train/quantise.h"
#include "train/start_weights.h"
#include "train/weight_average.h"

namespace denoiseae {

namespace {

GraphModule fresh_network(const Graph& graph, std::uint64_t seed, torch::Device device) {
  GraphModule network(graph, seed);
  network.to(device);
  return network;
}

}  // namespace

Learner::Learner(const TrainConfig& config, Graph graph, torch::Device device)
    : graph_(std::move(graph)),
      network_(fresh_network(graph_, config.seed, device)),
      optimizer_(network_.trained(), config.optimizer),
      average_decay_(config.ema),
      clip_norm_(config.clip_norm) {
  if (config.ema > 0) {
    average_ = std::make_unique<GraphModule>(fresh_network(graph_, config.seed, device));
  }
}

void Learner::start_from(const std::vector<std::filesystem::path>& files, bool rounded,
                         const LogCallback& log) {
  ScaleSets given;
  for (const std::filesystem::path& file : files) given = take_weights(file, graph_, network_, log);
  if (average_) average_->set_state(network_.state());
  if (!rounded || given.empty()) return;
  scale_sets_ = given;
  start_rounding();
  log(LogLevel::info, "values are rounded to 8 bits with the scales of " + files.back().string());
}

std::optional<Progress> Learner::load(const std::filesystem::path& folder) {
  auto progress = load_checkpoint(folder, network_, average_.get(), optimizer_);
  scale_sets_ = network_.scale_sets();
  return progress;
}

void Learner::save(const std::filesystem::path& folder, const Progress& progress) const {
  save_checkpoint(folder, network_, average_.get(), optimizer_, progress);
}

void Learner::update(const std::vector<torch::Tensor>& gradients, double learning_rate,
                     std::int64_t steps) {
  optimizer_.step(gradients, learning_rate, clip_norm_);
  if (average_) average_weights(*average_, network_, average_decay_, steps);
}

void Learner::find_scales(const std::function<void()>& run) {
  const SmoothingFactors factors = find_smoothing_factors(eval_network(), graph_, run);
  network_.set_state(equalised(graph_, factors, network_.state()));
  if (average_) average_->set_state(equalised(graph_, factors, average_->state()));
  // Its moments belong to other weights.
  optimizer_.reset();
  scale_sets_ = denoiseae::find_scales(eval_network(), run);
}

void Learner::start_rounding() {
  network_.quantise_activations(scale_sets_);
  if (average_) average_->quantise_activations(scale_sets_);
}

}  // namespace denoiseae
