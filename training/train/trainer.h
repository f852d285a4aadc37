// SPDX-License-Identifier: LGPL-2.1-or-later
// One training run in its folder.
#pragma once

#include <c10/core/thread_pool.h>
#include <denoiseae/log.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "engine/torch/graph_module.h"
#include "report/metrics_log.h"
#include "train/batch_queue.h"
#include "train/checkpoint.h"
#include "train/config.h"
#include "train/stages.h"
#include "train/teacher.h"

namespace denoiseae {

/// What a run has come to.
struct TrainResult {
  bool finished = false;  ///< false = stopped by request, checkpoint saved
  std::int64_t step = 0;
  double best_loss = 0;  ///< of the validation pictures
  double best_psnr = 0;
  std::int64_t best_step = 0;
  double pixels_per_second = 0;  ///< training throughput of this sitting, luma pixels
};

/// Trains and writes to the run folder: metrics.csv, loss.svg, samples.png, checkpoint/,
/// best.safetensors. Equal configurations give equal weights on the same kind of CPU and thread
/// count, also when a run is cut off and resumed.
class Trainer {
 public:
  /// Reads the pictures; continues from the folder's checkpoint if there is one. progress: called
  /// with a line of text about twice a second. Throws what loading throws.
  Trainer(const TrainConfig& config, const std::filesystem::path& run_folder, LogCallback log,
          LogCallback progress);

  /// Runs until all steps are done or stop becomes true. Throws engine_failure when the loss is not
  /// finite, unreadable when the disk is full; the last checkpoint stays.
  TrainResult run(const std::atomic<bool>& stop);

 private:
  void load_pictures();
  void make_plan();
  /// Turns to values of 8 bits once the steps for that have come.
  void quantise_when_due();
  void train_step(Batch& batch);
  /// Adds what the steps since the last look have lost to the progress. Throws engine_failure when
  /// that is not finite.
  void look_at_losses();
  using LossAndGradients = std::pair<torch::Tensor, std::vector<torch::Tensor>>;
  /// Of the batch without its singles.
  LossAndGradients differentiate(Batch& batch);
  /// Of some samples of a batch, as a share of the whole batch's.
  LossAndGradients part_of_step(Batch& batch, int first, int count, BatchPart part);
  /// mse, psnr: mean over the samples and the last half of their frames, rounded up: what a network
  /// with a past comes to.
  struct Quality {
    double loss = 0;
    double mse = 0;
    double psnr = 0;  ///< dB
  };
  Quality validate();
  /// The weights that count: their average where there is one.
  GraphModule& judged() { return average_ ? *average_ : network_; }
  void enter_stage();
  void report();
  void save_best(const Quality& quality);
  std::int64_t epoch() const { return progress_.step / plan_->steps_per_epoch(); }
  void draw_samples();

  TrainConfig config_;
  std::filesystem::path folder_;
  LogCallback log_;
  LogCallback progress_line_;
  const Architecture& architecture_;
  nlohmann::json manifest_;
  torch::Device device_;
  GraphModule network_;
  std::unique_ptr<GraphModule> average_;  ///< of the weights; null = none
  std::unique_ptr<Teacher> teacher_;      ///< null = none
  std::vector<std::size_t> gate_;         ///< which of the trained tensors judge the past
  Optimizer optimizer_;
  torch::ScalarType compute_;
  int threads_;
  /// These live as long as the run: oneDNN's primitives are cached per thread.
  std::unique_ptr<c10::ThreadPool> pool_;
  std::vector<Stage> stages_;
  std::vector<std::vector<WeightedSampler>> training_;  ///< for each stage
  std::vector<std::vector<WeightedSampler>> singles_;   ///< of single frames, for each stage
  std::vector<WeightedSampler> validation_;
  std::vector<WeightedSampler> hardly_noisy_;  ///< held back too; of packed planes
  std::unique_ptr<BatchPlan> plan_;
  MetricsLog metrics_;
  Progress progress_;
  torch::Tensor losses_;  ///< sum of those not yet looked at; undefined = none
};

}  // namespace denoiseae
