// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace denoiseae {

/// Adam (Kingma and Ba, ICLR 2015, algorithm 1; beta 0.9 and 0.999, epsilon 1e-8). LibTorch's own
/// runs a dozen operations per parameter, which for networks of many small ones takes a tenth of a
/// training step; here all of them are one long row. Not thread-safe.
class Adam {
 public:
  /// Shares the parameters, which must keep their shapes.
  explicit Adam(std::vector<torch::Tensor> parameters);

  /// Clips the norm of all gradients together to max_norm first, unless that is 0. gradients: one
  /// per parameter, of its shape.
  void step(const std::vector<torch::Tensor>& gradients, double learning_rate, double max_norm);

  /// What a checkpoint needs besides the parameters. The moments are in the order of the
  /// parameters, each row by row.
  struct State {
    torch::Tensor first_moment;
    torch::Tensor second_moment;
    std::int64_t updates = 0;
  };
  /// As if no step had been done; the parameters stay.
  void forget();
  const State& state() const { return state_; }
  /// Throws incompatible_model for moments of another size.
  void set_state(const State& state);

 private:
  std::vector<torch::Tensor> parameters_;
  State state_;
};

}  // namespace denoiseae
