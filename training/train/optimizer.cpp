// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/optimizer.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace denoiseae {

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;
constexpr double kMuonMomentum = 0.95;
/// The root mean square of Adam's steps, relative to the learning rate.
constexpr double kStepSize = 0.2;

/// Returns part x + factor a b, for matrices or stacks of them.
torch::Tensor sum(double part, const torch::Tensor& x, double factor, const torch::Tensor& a,
                  const torch::Tensor& b) {
  return x.dim() == 2 ? torch::addmm(x, a, b, part, factor) : torch::baddbmm(x, a, b, part, factor);
}

/// Returns the matrices of the same singular vectors whose singular values are all near 1 (0.7
/// to 1.2). matrices: one, or several of a shape, stacked. Zero stays zero.
torch::Tensor orthogonalised(const torch::Tensor& matrices) {
  // These are Newton-Schulz iterations of the fifth order, with Jordan's coefficients.
  constexpr int kIterations = 5;
  torch::Tensor x = matrices;
  const bool tall = x.size(-2) > x.size(-1);
  if (tall) x = x.transpose(-2, -1);
  x = x / (x.square().sum({-2, -1}, true).sqrt() + 1e-12);
  for (int i = 0; i < kIterations; ++i) {
    const torch::Tensor a = x.matmul(x.transpose(-2, -1));
    const torch::Tensor b = sum(-4.7750, a, 2.0315, a, a);
    x = sum(3.4445, x, 1, b, x);
  }
  return tall ? x.transpose(-2, -1) : x;
}

/// Parameters of one shape, and their steps.
struct Matrices {
  std::vector<torch::Tensor> parameters;
  std::vector<torch::Tensor> steps;
};

}  // namespace

Optimizer::Optimizer(std::vector<torch::Tensor> parameters, OptimizerKind kind)
    : parameters_(std::move(parameters)), kind_(kind) {
  std::vector<torch::Tensor> momentum;
  for (const torch::Tensor& p : parameters_)
    momentum.push_back(torch::full({p.numel()}, is_matrix(p) ? kMuonMomentum : kBeta1));
  momentum_ = torch::cat(momentum).to(parameters_.front().device());
  state_.first_moment = torch::zeros_like(momentum_);
  state_.second_moment = torch::zeros_like(momentum_);
}

bool Optimizer::is_matrix(const torch::Tensor& parameter) const {
  return kind_ == OptimizerKind::muon && parameter.dim() == 4 && parameter.size(0) > 1;
}

void Optimizer::step(const std::vector<torch::Tensor>& gradients, double learning_rate,
                     double max_norm) {
  torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> rows;
  for (const torch::Tensor& g : gradients) rows.push_back(g.flatten());
  torch::Tensor gradient = torch::cat(rows);
  // The value of the norm is never asked for, because that would wait for a GPU.
  if (max_norm > 0) gradient.mul_((max_norm / gradient.norm()).clamp_max(1));
  State& s = state_;
  ++s.updates;
  s.first_moment.lerp_(gradient, 1 - momentum_);
  s.second_moment.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
  const auto updates = static_cast<double>(s.updates);
  const double correction = std::sqrt(1 - std::pow(kBeta2, updates));
  const double rate = learning_rate / (1 - std::pow(kBeta1, updates));
  const torch::Tensor change =
      s.first_moment / s.second_moment.sqrt().div_(correction).add_(kEpsilon);
  // Nesterov's momentum takes the gradient once more.
  const torch::Tensor ahead = torch::lerp(gradient, s.first_moment, kMuonMomentum);
  // Matrices are gathered by shape, because a GPU would spend its time on starting hundreds of
  // small products.
  std::map<std::pair<std::int64_t, std::int64_t>, Matrices> matrices;
  std::int64_t at = 0;
  for (torch::Tensor& p : parameters_) {
    const auto part_of = [&](const torch::Tensor& all) {
      return all.narrow(0, at, p.numel()).view(p.sizes());
    };
    if (is_matrix(p)) {
      const torch::Tensor matrix = part_of(ahead).flatten(1);
      Matrices& like = matrices[{matrix.size(0), matrix.size(1)}];
      like.parameters.push_back(p);
      like.steps.push_back(matrix);
    } else {
      p.add_(part_of(change), -rate);
    }
    at += p.numel();
  }
  for (auto& [shape, like] : matrices) {
    const auto longer = static_cast<double>(std::max(shape.first, shape.second));
    const double length = -learning_rate * kStepSize * std::sqrt(longer);
    const bool together = ahead.is_cuda() && like.steps.size() > 1;
    torch::Tensor stack;
    if (together) stack = orthogonalised(torch::stack(like.steps));
    for (std::size_t i = 0; i < like.steps.size(); ++i) {
      const torch::Tensor one =
          together ? stack[static_cast<std::int64_t>(i)] : orthogonalised(like.steps[i]);
      like.parameters[i].add_(one.reshape(like.parameters[i].sizes()), length);
    }
  }
}

void Optimizer::reset() {
  state_.first_moment.zero_();
  state_.second_moment.zero_();
  state_.updates = 0;
}

void Optimizer::set_state(const State& state) {
  if (state.first_moment.sizes() != state_.first_moment.sizes() ||
      state.second_moment.sizes() != state_.second_moment.sizes()) {
    throw Error(ErrorCode::incompatible_model,
                "the optimizer of the checkpoint belongs to another network");
  }
  const torch::Device device = momentum_.device();
  state_ = {state.first_moment.to(device, torch::kFloat32, false, true),
            state.second_moment.to(device, torch::kFloat32, false, true), state.updates};
}

}  // namespace denoiseae
