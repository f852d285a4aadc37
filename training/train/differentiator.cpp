// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/differentiator.h"

#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <algorithm>
#include <future>
#include <utility>

#include "parallel/thread_count.h"
#include "train/noise_map_training.h"
#include "train/sequence.h"

namespace denoiseae {

namespace {

torch::ScalarType compute_type(Compute compute, torch::Device device) {
  if (compute == Compute::bfloat16) return torch::kBFloat16;
  const bool fast = device.is_cuda() || __builtin_cpu_supports("avx512bf16");
  return compute == Compute::automatic && fast ? torch::kBFloat16 : torch::kFloat32;
}

/// Returns which of the trained tensors belong to the gate, which judges the recurrent state.
std::vector<std::size_t> gate_tensors(const Graph& graph) {
  std::vector<std::size_t> gate;
  if (!graph.has_state()) return gate;
  std::size_t trained = 0;
  for (const Parameter& p : graph.parameters()) {
    if (p.name.starts_with("gate")) gate.push_back(trained);
    trained += p.trained;
  }
  return gate;
}

}  // namespace

Differentiator::Differentiator(const TrainConfig& config, GraphModule& network, const Graph& graph)
    : config_(config),
      network_(network),
      gate_(gate_tensors(graph)),
      compute_(compute_type(config.compute, network.device())),
      threads_(thread_count(config.threads)),
      pool_(threads_) {
  if (config.teacher.empty()) return;
  teacher_ =
      std::make_unique<Teacher>(config.teacher, graph, config.samples.domain, network.device());
}

LossAndGradients Differentiator::differentiate(Batch& batch) {
  auto [loss, gradients] = differentiate_in_parts(batch);
  if (batch.single_frames) {
    const auto [more_loss, more] = differentiate_in_parts(*batch.single_frames);
    loss = (loss + more_loss) / 2;
    for (std::size_t i = 0; i < more.size(); ++i) gradients[i].add_(more[i]).div_(2);
  }
  // A first frame asks nothing of the gate. The optimizer would still make large steps of the
  // traces that reach it, and close it for good.
  if (batch.frames == 1) {
    for (const std::size_t i : gate_) gradients[i].zero_();
  }
  return {loss, std::move(gradients)};
}

LossAndGradients Differentiator::differentiate_in_parts(Batch& batch) {
  // Each part runs on a thread of its own. Beside a GPU more threads would only wait, and loudly.
  const int parts = network_.device().is_cpu() ? std::min(threads_, batch.size) : 1;
  const int threads_each = network_.device().is_cpu() ? threads_ / parts : 1;
  SumExchange exchange(parts);
  const auto run_part = [&](int i) {
    at::set_num_threads(threads_each);
    const int first = batch.size * i / parts;
    const BatchPart part{parts > 1 ? &exchange : nullptr, i};
    try {
      return differentiate_part(batch, first, batch.size * (i + 1) / parts - first, part);
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
    pool_.run([task] { (*task)(); });
  }
  // If this part throws, the others must be over before what they use goes away.
  const auto join = [&others](void*) {
    for (auto& other : others) {
      if (other.valid()) other.wait();
    }
  };
  const std::unique_ptr<void, decltype(join)> guard(this, join);
  auto [loss, gradients] = run_part(0);
  // The sum has a fixed order, so that the same number of threads gives the same weights.
  for (auto& other : others) {
    const auto [more_loss, more] = other.get();
    loss += more_loss;
    for (std::size_t i = 0; i < more.size(); ++i) gradients[i] += more[i];
  }
  return {loss, std::move(gradients)};
}

LossAndGradients Differentiator::differentiate_part(Batch& batch, int first, int count,
                                                    BatchPart part) {
  const torch::Tensor input = input_of(batch, network_.device()).narrow(0, first, count);
  const torch::Tensor target = target_of(batch, network_.device()).narrow(0, first, count);
  const SequenceMode mode{Mode::train, compute_, part, config_.motion, noise_map_data(config_)};
  torch::Tensor loss;
  std::vector<torch::Tensor> outputs;
  if (estimates_noise(config_)) {
    loss = noise_map_loss(run_noise_map(network_, input, target, mode), target);
  } else {
    outputs = run_sequence(network_, input, mode);
    loss = sequence_loss(outputs, target, config_.loss, config_.temporal_consistency);
  }
  if (teacher_) {
    const double share = config_.teacher_share;
    loss = (1 - share) * loss + share * teacher_->loss(outputs, input, config_.loss, mode);
  }
  loss = loss * (static_cast<double>(count) / batch.size);
  return {loss.detach(), torch::autograd::grad({loss}, network_.trained())};
}

}  // namespace denoiseae
