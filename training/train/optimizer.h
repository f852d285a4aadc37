// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "train/optimizer_kind.h"

namespace denoiseae {

/// Changes parameters against their gradients. LibTorch's own Adam runs a dozen operations per
/// parameter, which for networks of many small ones takes a tenth of a training step; here all of
/// them are one long row. Not thread-safe.
class Optimizer {
 public:
  /// Shares the parameters, at least one, all on one device, which must keep their shapes.
  Optimizer(std::vector<torch::Tensor> parameters, OptimizerKind kind);

  /// Clips the norm of all gradients together to max_norm first, unless that is 0. gradients: one
  /// per parameter, of its shape.
  void step(const std::vector<torch::Tensor>& gradients, double learning_rate, double max_norm);

  /// The state that a checkpoint needs besides the parameters. The moments are in the order of the
  /// parameters, each row by row.
  struct State {
    torch::Tensor first_moment;
    torch::Tensor second_moment;
    std::int64_t updates = 0;
  };
  /// Forgets all steps. The parameters stay.
  void reset();
  const State& state() const { return state_; }
  /// Throws incompatible_model for moments of another size.
  void set_state(const State& state);

 private:
  bool is_matrix(const torch::Tensor& parameter) const;

  std::vector<torch::Tensor> parameters_;
  OptimizerKind kind_;
  /// The share of the first moment that a step keeps, for each value.
  torch::Tensor momentum_;
  State state_;
};

}  // namespace denoiseae
