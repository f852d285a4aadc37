// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/optimizer.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace denoiseae {

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;
constexpr double kMuonMomentum = 0.95;
/// Root mean square of Adam's steps, relative to the learning rate.
constexpr double kStepSize = 0.2;

/// The matrix of the same singular vectors whose singular values are all near 1 (0.7 to 1.2), of
/// the shape of m. m: at least 2 dimensions, flattened from the second on. Zero stays zero.
torch::Tensor orthogonalised(const torch::Tensor& m) {
  // Newton-Schulz iterations of the fifth order, with Jordan's coefficients.
  constexpr int kIterations = 5;
  torch::Tensor x = m.flatten(1);
  const bool tall = x.size(0) > x.size(1);
  if (tall) x = x.t();
  x = x / (x.norm() + 1e-12);
  for (int i = 0; i < kIterations; ++i) {
    const torch::Tensor a = x.mm(x.t());
    const torch::Tensor b = a * -4.7750 + a.mm(a) * 2.0315;
    x = x * 3.4445 + b.mm(x);
  }
  if (tall) x = x.t();
  return x.reshape(m.sizes());
}

}  // namespace

Optimizer::Optimizer(std::vector<torch::Tensor> parameters, Method method)
    : parameters_(std::move(parameters)), method_(method) {
  std::vector<torch::Tensor> momentum;
  for (const torch::Tensor& p : parameters_)
    momentum.push_back(torch::full({p.numel()}, is_matrix(p) ? kMuonMomentum : kBeta1));
  momentum_ = torch::cat(momentum);
  state_.first_moment = torch::zeros_like(momentum_);
  state_.second_moment = torch::zeros_like(momentum_);
}

bool Optimizer::is_matrix(const torch::Tensor& parameter) const {
  return method_ == Method::muon && parameter.dim() == 4 && parameter.size(0) > 1;
}

void Optimizer::step(const std::vector<torch::Tensor>& gradients, double learning_rate,
                     double max_norm) {
  torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> rows;
  for (const torch::Tensor& g : gradients) rows.push_back(g.flatten());
  torch::Tensor gradient = torch::cat(rows);
  if (max_norm > 0) {
    const double norm = gradient.norm().item<double>();
    if (norm > max_norm) gradient.mul_(max_norm / norm);
  }
  State& s = state_;
  ++s.updates;
  s.first_moment.lerp_(gradient, 1 - momentum_);
  s.second_moment.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
  const auto updates = static_cast<double>(s.updates);
  const double correction = std::sqrt(1 - std::pow(kBeta2, updates));
  const double rate = learning_rate / (1 - std::pow(kBeta1, updates));
  const torch::Tensor change =
      s.first_moment / s.second_moment.sqrt().div_(correction).add_(kEpsilon);
  std::int64_t at = 0;
  for (torch::Tensor& p : parameters_) {
    const auto part_of = [&](const torch::Tensor& all) {
      return all.narrow(0, at, p.numel()).view(p.sizes());
    };
    if (is_matrix(p)) {
      // Nesterov's momentum: the gradient once more.
      const torch::Tensor ahead =
          torch::lerp(part_of(gradient), part_of(s.first_moment), kMuonMomentum);
      const auto longer = static_cast<double>(std::max(p.size(0), p.numel() / p.size(0)));
      p.add_(orthogonalised(ahead), -learning_rate * kStepSize * std::sqrt(longer));
    } else {
      p.add_(part_of(change), -rate);
    }
    at += p.numel();
  }
}

void Optimizer::forget() {
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
  state_ = {state.first_moment.clone(), state.second_moment.clone(), state.updates};
}

}  // namespace denoiseae
