// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/adam.h"

#include <denoiseae/error.h>

#include <cmath>
#include <utility>

namespace denoiseae {

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;

}  // namespace

Adam::Adam(std::vector<torch::Tensor> parameters) : parameters_(std::move(parameters)) {
  std::int64_t count = 0;
  for (const torch::Tensor& p : parameters_) count += p.numel();
  state_.first_moment = torch::zeros({count});
  state_.second_moment = torch::zeros({count});
}

void Adam::step(const std::vector<torch::Tensor>& gradients, double learning_rate,
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
  s.first_moment.mul_(kBeta1).add_(gradient, 1 - kBeta1);
  s.second_moment.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
  const auto updates = static_cast<double>(s.updates);
  const double correction = std::sqrt(1 - std::pow(kBeta2, updates));
  const double rate = learning_rate / (1 - std::pow(kBeta1, updates));
  const torch::Tensor change =
      s.first_moment / s.second_moment.sqrt().div_(correction).add_(kEpsilon);
  std::int64_t at = 0;
  for (torch::Tensor& p : parameters_) {
    p.add_(change.narrow(0, at, p.numel()).view(p.sizes()), -rate);
    at += p.numel();
  }
}

void Adam::forget() {
  state_.first_moment.zero_();
  state_.second_moment.zero_();
  state_.updates = 0;
}

void Adam::set_state(const State& state) {
  if (state.first_moment.sizes() != state_.first_moment.sizes() ||
      state.second_moment.sizes() != state_.second_moment.sizes()) {
    throw Error(ErrorCode::incompatible_model,
                "the optimizer of the checkpoint belongs to another network");
  }
  state_ = {state.first_moment.clone(), state.second_moment.clone(), state.updates};
}

}  // namespace denoiseae
