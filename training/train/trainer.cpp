// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/trainer.h"

#include <ATen/Parallel.h>
#include <denoiseae/error.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <string>
#include <thread>
#include <utility>

#include "engine/torch/device.h"
#include "parallel/thread_count.h"
#include "train/batch_queue.h"
#include "train/blas_threads.h"
#include "train/fitted_graph.h"
#include "train/progress_line.h"
#include "train/quantise.h"
#include "train/sequence.h"

namespace denoiseae {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kScalesSeed = 0x7363616c6573;  // "scales"
/// A GPU's losses are collected this seldom, because each look waits for all that the GPU has been
/// given.
constexpr std::int64_t kGpuLookInterval = 50;

/// Returns how many threads draw batches. Beside a CPU one draws them several times faster than
/// they are used; a GPU needs several.
unsigned data_threads(torch::Device device) {
  return device.is_cpu() ? 1 : std::max(2u, std::thread::hardware_concurrency()) - 1;
}

/// Lets the fastest kernels be looked for once for each size of convolution, and lets products of
/// matrices take 10 bits of each factor: the optimizer's need no more.
void prepare_gpu() {
  at::globalContext().setBenchmarkCuDNN(true);
  at::globalContext().setFloat32MatmulPrecision("high");
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &utc);
  return text.data();
}

}  // namespace

Trainer::Trainer(const TrainConfig& config, const fs::path& run_folder, LogCallback log,
                 LogCallback progress)
    : config_(config),
      folder_(run_folder),
      log_(std::move(log)),
      progress_log_(std::move(progress)),
      learner_(config_, fitted_graph(config_), find_device(config_.device)),
      differentiator_(config_, learner_.network(), learner_.graph()),
      stages_(stages_of(config_)),
      data_(config_, stages_, log_),
      report_(config_, folder_, log_) {
  use_one_blas_thread();
  if (learner_.network().device().is_cuda()) prepare_gpu();
  if (config_.epochs > 0) {
    const std::int64_t steps = data_.plan().steps_per_epoch();
    config_.steps = config_.epochs * steps;
    config_.report_interval = config_.checkpoint_interval = steps;
    stages_ = stages_of(config_);
  }
  progress_.date = today();
  if (auto saved = learner_.load(folder_ / "checkpoint")) {
    progress_ = *saved;
  } else {
    learner_.start_from(config_.start, config_.quantise_share == 1, log_);
  }
  report_.cut_back(progress_);
}

void Trainer::enter_stage() {
  const std::int64_t step = progress_.step;
  if (step > 0 && stage_at(stages_, step).first_step == step) learner_.restart_optimizer();
}

void Trainer::find_scales_when_due() {
  const bool rounds = config_.quantise_share > 0 &&
                      progress_.step >= first_quantised_step(config_.steps, config_.quantise_share);
  const bool is_due = rounds || (config_.find_scales && progress_.step == config_.steps);
  if (!is_due || !learner_.scale_sets().empty()) return;
  at::set_num_threads(static_cast<int>(thread_count(config_.threads)));
  constexpr int kBatches = 8;
  constexpr int kAtOnce = 16;
  learner_.find_scales([this] {
    for (int number = 0; number < kBatches; ++number) {
      Batch batch =
          draw_batch(data_.last_stage(), kAtOnce, kScalesSeed + static_cast<std::uint64_t>(number));
      GraphModule& network = learner_.eval_network();
      run_sequence(network, input_of(batch, network.device()),
                   {.motion = config_.motion, .noise_map = noise_map_data(config_)});
    }
  });
  if (rounds) {
    learner_.start_rounding();
    log_(LogLevel::info,
         "values are rounded to 8 bits from step " + std::to_string(progress_.step));
  }
  // Weights from before have no scales, so the best ones are sought anew.
  const Progress none;
  progress_.best_loss = none.best_loss;
  progress_.best_db = none.best_db;
  progress_.best_step = none.best_step;
}

void Trainer::train_step(Batch& batch) {
  const auto [loss, gradients] = differentiator_.differentiate(batch);
  learner_.update(gradients, rate_of_step(config_, stages_, progress_.step), progress_.step);
  losses_ = losses_.defined() ? losses_ + loss : loss;
  ++progress_.step;
  ++progress_.loss_count;
}

void Trainer::collect_losses() {
  if (!losses_.defined()) return;
  const double sum = losses_.item<double>();
  losses_ = torch::Tensor();
  if (!std::isfinite(sum)) {
    throw Error(ErrorCode::engine_failure,
                "the loss is not finite at step " + std::to_string(progress_.step) +
                    ": lower training.learning_rate or training.clip_norm and --resume");
  }
  progress_.loss_sum += sum;
}

TrainResult Trainer::run(const std::atomic<bool>& stop) {
  const torch::Device device = learner_.network().device();
  BatchQueue queue(data_.plan(), progress_.step, data_threads(device),
                   device.is_cpu() ? BatchQueue::Finish() : pin);
  ProgressLine line(config_, stages_, progress_, progress_log_);
  TrainResult result;
  while (progress_.step < config_.steps && !stop) {
    const Clock::time_point start = Clock::now();
    enter_stage();
    find_scales_when_due();
    Batch batch = queue.next();
    train_step(batch);
    const bool last = progress_.step == config_.steps;
    if (last) find_scales_when_due();
    const bool reports = progress_.step % config_.report_interval == 0 || last;
    const bool saves = progress_.step % config_.checkpoint_interval == 0 || last;
    const bool looks = device.is_cpu() || progress_.step % kGpuLookInterval == 0;
    if (looks || reports || saves) collect_losses();
    progress_.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    result.pixels_per_second = line.pixels_per_second(progress_);
    if ((looks && line.is_due()) || last) line.tell(progress_);
    if (reports) report_.write(learner_, data_, stages_, progress_);
    if (saves) save();
  }
  if (progress_.step < config_.steps) {
    collect_losses();
    save();
  }
  result.finished = progress_.step == config_.steps;
  result.step = progress_.step;
  result.best_loss = progress_.best_loss;
  result.best_db = progress_.best_db;
  result.best_step = progress_.best_step;
  return result;
}

}  // namespace denoiseae
