// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/trainer.h"

#include <ATen/Parallel.h>
#include <denoiseae/error.h>
#include <torch/autograd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <future>
#include <iomanip>
#include <sstream>
#include <thread>
#include <utility>

#include "engine/torch/device.h"
#include "model/manifest.h"
#include "parallel/thread_count.h"
#include "train/equalise.h"
#include "train/measure_own_error.h"
#include "train/quantise.h"
#include "train/sequence.h"
#include "train/start_weights.h"
#include "train/weight_average.h"

namespace denoiseae {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kScalesSeed = 0x7363616c6573;  // "scales"
/// A GPU's losses are looked at so seldom: each look waits for all that it has been given.
constexpr std::int64_t kGpuLookInterval = 50;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

torch::ScalarType compute_type(Compute compute, torch::Device device) {
  if (compute == Compute::bfloat16) return torch::kBFloat16;
  const bool fast = device.is_cuda() || __builtin_cpu_supports("avx512bf16");
  return compute == Compute::automatic && fast ? torch::kBFloat16 : torch::kFloat32;
}

/// Beside a CPU one draws batches several times faster than they are used; a GPU needs several.
unsigned data_threads(torch::Device device) {
  return device.is_cpu() ? 1 : std::max(2u, std::thread::hardware_concurrency()) - 1;
}

GraphModule moved(GraphModule network, torch::Device device) {
  network.to(device);
  return network;
}

/// Of the convolutions' sizes the fastest kernels are looked for once, and products of matrices may
/// take 10 bits of each factor: the optimizer's need no more.
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

void check_frames(const TrainConfig& config, const Graph& graph) {
  if (graph.has_state() && config.samples.frames < 2) {
    throw Error(ErrorCode::bad_argument,
                "samples.frames is " + std::to_string(config.samples.frames) +
                    ": a network with a past learns from sequences; try 5");
  }
}

void check_quantisation(const TrainConfig& config, const Graph& graph) {
  if (config.quantise > 0 && quantised_activations(graph).empty()) {
    throw Error(
        ErrorCode::bad_argument,
        "training.quantise is for architectures unet and recurrent_unet with settings.slope "
        "0; set it to 0");
  }
}

/// The picture size of a network that has only one.
void fix_patch_size(TrainConfig& config, const Graph& graph) {
  const int fixed = graph.input_node().width;
  if (fixed == 0) {
    const int multiple = 2 * graph.alignment();
    bool fits =
        config.samples.patch_px % multiple == 0 && config.validation_patch_px % multiple == 0;
    for (const StageConfig& stage : config.stages) fits = fits && stage.patch_px % multiple == 0;
    if (!fits) {
      throw Error(ErrorCode::bad_argument,
                  "samples.patch_px, training.stage.patch_px and training.validation_patch_px must "
                  "be multiples of " +
                      std::to_string(multiple) + " for this network");
    }
    return;
  }
  if (graph.input_node().height != fixed) {
    throw Error(ErrorCode::bad_argument, "training needs settings.width = settings.height");
  }
  config.samples.patch_px = config.validation_patch_px = fixed;
  for (StageConfig& stage : config.stages) stage.patch_px = fixed;
  config.samples.depth = graph.input_node().channels;
}

Epochs epochs_of(const TrainConfig& config) {
  if (config.epochs == 0) return {};
  const bool cut = config.split == SplitTime::after_copies;
  return {config.copies, cut ? 1 - config.validation_share : 1};
}

/// Samples x frames x channels x height x width.
std::string duration_text(double seconds) {
  const auto s = static_cast<std::int64_t>(seconds + 0.5);
  std::ostringstream out;
  if (s >= 3600) out << s / 3600 << " h ";
  if (s >= 60) out << s / 60 % 60 << " min ";
  out << s % 60 << " s";
  return out.str();
}

}  // namespace

Trainer::Trainer(const TrainConfig& config, const fs::path& run_folder, LogCallback log,
                 LogCallback progress)
    : config_(config),
      folder_(run_folder),
      log_(std::move(log)),
      progress_line_(std::move(progress)),
      architecture_(find_architecture(config.architecture)),
      manifest_(make_manifest(architecture_, config.settings)),
      device_(find_device(config.device)),
      network_(moved(GraphModule(architecture_.build(config.settings), config.seed), device_)),
      optimizer_(network_.trained(), config.optimizer),
      compute_(compute_type(config.compute, device_)),
      threads_(thread_count(config.threads)),
      pool_(std::make_unique<c10::ThreadPool>(threads_)),
      metrics_(run_folder / "metrics.csv", config.epochs > 0 ? "epoch" : "step",
               {"training_loss", "validation_loss", "validation_psnr", "learning_rate",
                "megapixels_per_second"}) {
  const Graph graph = architecture_.build(config_.settings);
  check_frames(config_, graph);
  check_quantisation(config_, graph);
  fix_patch_size(config_, graph);
  load_pictures();
  make_plan();
  if (device_.is_cuda()) prepare_gpu();
  if (config_.ema > 0)
    average_ = std::make_unique<GraphModule>(moved(GraphModule(graph, config_.seed), device_));
  if (!config_.teacher.empty())
    teacher_ = std::make_unique<Teacher>(config_.teacher, graph, architecture_.domain, device_);
  std::size_t trained = 0;
  for (const Parameter& p : graph.parameters()) {
    if (graph.has_state() && p.name.starts_with("gate")) gate_.push_back(trained);
    trained += p.trained;
  }
  progress_.date = today();
  if (auto saved = load_checkpoint(folder_ / "checkpoint", network_, average_.get(), optimizer_)) {
    progress_ = *saved;
  } else {
    for (const fs::path& file : config_.start) take_weights(file, graph, network_, log_);
    if (average_) average_->set_state(network_.state());
  }
  metrics_.cut_back(config_.epochs > 0 ? epoch() : progress_.step);
}

void Trainer::make_plan() {
  const Stage& first = stages_.front();
  plan_ =
      std::make_unique<BatchPlan>(training_.front(), first.batch, config_.seed, epochs_of(config_));
  if (config_.epochs == 0) {
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      plan_->change(stages_[i].first_step,
                    {&training_[i], stages_[i].batch, &singles_[i], stages_[i].singles});
    }
    return;
  }
  config_.steps = config_.epochs * plan_->steps_per_epoch();
  config_.report_interval = config_.checkpoint_interval = plan_->steps_per_epoch();
  stages_ = stages_of(config_);
}

void Trainer::load_pictures() {
  stages_ = stages_of(config_);
  training_.resize(stages_.size());
  singles_.resize(stages_.size());
  SampleSettings plain = config_.samples;
  plain.patch_px = config_.validation_patch_px;
  plain.augment = false;
  plain.half_size_share = 0;
  plain.limited_range_share = 0;
  for (const SourceConfig& source : config_.sources) {
    const fs::path path = config_.data_root / source.path;
    const DatasetInfo& set = source.set.empty() ? guess_dataset(path) : find_dataset(source.set);
    DatasetOptions options;
    options.limit = static_cast<std::size_t>(config_.limit);
    options.part = source.part;
    options.category = source.category;
    options.size_px = source.size_px;
    options.video_frames = source.video_frames;
    options.log = log_;
    PictureSet pictures = set.load(path, options);
    Split parts;
    if (config_.split == SplitTime::after_copies) {
      parts = {pictures, pictures};
    } else {
      parts =
          honest_split(std::move(pictures), source.group, config_.validation_share, config_.seed);
    }
    log_(LogLevel::info, path.string() + ": " + std::to_string(parts.training.size()) +
                             " pictures to train on, " + std::to_string(parts.validation.size()) +
                             " to validate");
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      SampleSettings settings = config_.samples;
      settings.frames = stages_[i].frames;
      settings.patch_px = stages_[i].patch_px;
      training_[i].push_back({Sampler(parts.training, settings), source.share});
      if (stages_[i].singles == 0) continue;
      settings.frames = 1;
      singles_[i].push_back({Sampler(parts.training, settings), source.share});
    }
    const PictureSet& held_back = parts.validation.empty() ? parts.training : parts.validation;
    validation_.push_back({Sampler(held_back, plain), source.share});
    if (config_.samples.domain == InputRepresentation::packed_yuv420) {
      const SampleSettings weak = hardly_noisy(config_.samples, config_.validation_patch_px);
      hardly_noisy_.push_back({Sampler(held_back, weak), source.share});
    }
  }
}

Trainer::LossAndGradients Trainer::part_of_step(Batch& batch, int first, int count,
                                                BatchPart part) {
  const torch::Tensor input = input_of(batch, device_).narrow(0, first, count);
  const torch::Tensor target = target_of(batch, device_).narrow(0, first, count);
  const SequenceMode mode{Mode::train, compute_, part, config_.motion};
  const auto outputs = run_sequence(network_, input, mode);
  torch::Tensor loss = sequence_loss(outputs, target, config_.loss, config_.steadiness);
  if (teacher_) {
    const double share = config_.teacher_share;
    loss = (1 - share) * loss + share * teacher_->loss(outputs, input, config_.loss, mode);
  }
  loss = loss * (static_cast<double>(count) / batch.size);
  return {loss.detach(), torch::autograd::grad({loss}, network_.trained())};
}

void Trainer::quantise_when_due() {
  const bool due = config_.quantise > 0 &&
                   progress_.step >= first_quantised_step(config_.steps, config_.quantise);
  if (!due || !network_.scales().empty()) return;
  at::set_num_threads(threads_);
  const auto run_samples = [this] {
    constexpr int kBatches = 8;
    constexpr int kAtOnce = 16;
    for (int i = 0; i < kBatches; ++i) {
      Batch batch =
          draw_batch(training_.back(), kAtOnce, kScalesSeed + static_cast<std::uint64_t>(i));
      run_sequence(network_, input_of(batch, device_), {.motion = config_.motion});
    }
  };
  const Graph graph = architecture_.build(config_.settings);
  const ChannelFactors factors = find_channel_factors(network_, graph, run_samples);
  network_.set_state(with_channel_factors(graph, factors, network_.state()));
  if (average_) average_->set_state(with_channel_factors(graph, factors, average_->state()));
  optimizer_.forget();  // the gradients of other weights
  network_.quantise_activations(find_scales(network_, run_samples));
  if (average_) average_->quantise_activations(network_.scales());
  log_(LogLevel::info, "values are rounded to 8 bits from step " + std::to_string(progress_.step));
  // Weights from before have no scales, however good they are.
  const Progress none;
  progress_.best_loss = none.best_loss;
  progress_.best_psnr = none.best_psnr;
  progress_.best_step = none.best_step;
}

Trainer::LossAndGradients Trainer::differentiate(Batch& batch) {
  // Each on a thread of its own. Beside a GPU more threads would only wait, and loudly.
  const int parts = device_.is_cpu() ? std::min(threads_, batch.size) : 1;
  const int threads_each = device_.is_cpu() ? threads_ / parts : 1;
  SumExchange exchange(parts);
  const auto run_part = [&](int i) {
    at::set_num_threads(threads_each);
    const int first = batch.size * i / parts;
    const BatchPart part{parts > 1 ? &exchange : nullptr, i};
    try {
      return part_of_step(batch, first, batch.size * (i + 1) / parts - first, part);
    } catch (...) {
      exchange.give_up();
      throw;
    }
  };
  using Part = LossAndGradients;
  std::vector<std::future<Part>> others;
  for (int i = 1; i < parts; ++i) {
    auto task =
        std::make_shared<std::packaged_task<Part()>>([&run_part, i] { return run_part(i); });
    others.push_back(task->get_future());
    pool_->run([task] { (*task)(); });
  }
  // Should this part throw, the others must be over before what they use goes away.
  const auto join = [&others](void*) {
    for (auto& other : others) {
      if (other.valid()) other.wait();
    }
  };
  const std::unique_ptr<void, decltype(join)> guard(this, join);
  auto [loss, gradients] = run_part(0);
  // Summed in a fixed order: the same number of threads gives the same weights.
  for (auto& other : others) {
    const auto [more_loss, more] = other.get();
    loss += more_loss;
    for (std::size_t i = 0; i < more.size(); ++i) gradients[i] += more[i];
  }
  return {loss, std::move(gradients)};
}

void Trainer::train_step(Batch& batch) {
  auto [loss, gradients] = differentiate(batch);
  if (batch.singles) {
    const auto [more_loss, more] = differentiate(*batch.singles);
    loss = (loss + more_loss) / 2;
    for (std::size_t i = 0; i < more.size(); ++i) gradients[i].add_(more[i]).div_(2);
  }
  // A first frame asks nothing of the gate, but the optimizer would make large steps of the traces
  // that reach it, and close it for good.
  if (batch.frames == 1) {
    for (const std::size_t i : gate_) gradients[i].zero_();
  }
  optimizer_.step(gradients, rate_of_step(config_, stages_, progress_.step), config_.clip_norm);
  if (average_) average_weights(*average_, network_, config_.ema, progress_.step);
  losses_ = losses_.defined() ? losses_ + loss : loss;
  ++progress_.step;
  ++progress_.loss_count;
}

void Trainer::look_at_losses() {
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

void Trainer::enter_stage() {
  const std::int64_t step = progress_.step;
  // What the optimizer knows of the gradients is of other batches.
  if (step > 0 && stage_at(stages_, step).first_step == step) optimizer_.forget();
}

TrainResult Trainer::run(const std::atomic<bool>& stop) {
  const fs::path checkpoint = folder_ / "checkpoint";
  BatchQueue queue(*plan_, progress_.step, data_threads(device_),
                   device_.is_cpu() ? BatchQueue::Finish() : pin);
  TrainResult result;
  const double pixels_before = pixels_of_steps(stages_, progress_.step);
  const double all_pixels = pixels_of_steps(stages_, config_.steps);
  const double seconds_before = progress_.seconds;
  Clock::time_point last_line = Clock::now();
  while (progress_.step < config_.steps && !stop) {
    const Clock::time_point start = Clock::now();
    enter_stage();
    quantise_when_due();
    Batch batch = queue.next();
    train_step(batch);
    const bool last = progress_.step == config_.steps;
    const bool reports = progress_.step % config_.report_interval == 0 || last;
    const bool saves = progress_.step % config_.checkpoint_interval == 0 || last;
    const bool looks = device_.is_cpu() || progress_.step % kGpuLookInterval == 0;
    if (looks || reports || saves) look_at_losses();
    progress_.seconds += seconds_since(start);

    const double sitting = progress_.seconds - seconds_before;
    const double pixels = pixels_of_steps(stages_, progress_.step);
    result.pixels_per_second = (pixels - pixels_before) / sitting;
    if ((looks && seconds_since(last_line) > 0.5) || last) {
      last_line = Clock::now();
      std::ostringstream line;
      if (config_.epochs > 0) line << "epoch " << epoch() << "/" << config_.epochs << " ";
      line << "step " << progress_.step << "/" << config_.steps << std::fixed
           << std::setprecision(4) << "  loss "
           << progress_.loss_sum / static_cast<double>(progress_.loss_count)
           << std::setprecision(2);
      if (progress_.best_step > 0) {
        line << "  best " << progress_.best_psnr << " dB at " << progress_.best_step;
      }
      line << "  " << result.pixels_per_second / 1e6 << " Mpixel/s  "
           << duration_text((all_pixels - pixels) / result.pixels_per_second) << " left";
      progress_line_(LogLevel::info, line.str());
    }
    if (reports) report();
    if (saves) {
      save_checkpoint(checkpoint, network_, average_.get(), optimizer_, progress_);
    }
  }
  if (progress_.step < config_.steps) {
    look_at_losses();
    save_checkpoint(checkpoint, network_, average_.get(), optimizer_, progress_);
  }
  result.finished = progress_.step == config_.steps;
  result.step = progress_.step;
  result.best_loss = progress_.best_loss;
  result.best_psnr = progress_.best_psnr;
  result.best_step = progress_.best_step;
  return result;
}

}  // namespace denoiseae
