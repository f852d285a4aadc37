// SPDX-License-Identifier: LGPL-2.1-or-later
// Gradients of kernels/temporal/temporal.h, row by row: from those of what an operation returned to
// those of what it read, without the frame, which is data. Value: float or Bfloat16.
#pragma once

#include "kernels/temporal/temporal.h"

namespace denoiseae {

/// Where gradients of two rows go.
struct TwoGradients {
  float* upper;
  float* lower;
};

/// The gate's gradients, added to: a row of the gate serves several rows.
struct GateGradients {
  float* upper;
  float* lower;
};

template <typename Value>
void change_features_gradient(TwoRows frame, TwoRows state, int width, const Value* gradient,
                              TwoGradients state_gradient) noexcept;

template <typename Value>
void temporal_update_gradient(const float* frame, const float* state, const GateRows<Value>& gate,
                              int width, const float* gradient, float* state_gradient,
                              GateGradients gate_gradient) noexcept;

template <typename Value>
void spatial_input_gradient(const float* frame, const float* state, int width,
                            const Value* gradient, float* state_gradient) noexcept;

template <typename Value>
void add_innovation_gradient(int width, const float* gradient, float* state_gradient,
                             Value* residual_gradient) noexcept;

template <typename Value>
void update_state_gradient(int width, const float* gradient, float* state_gradient,
                           Value* residual_gradient) noexcept;

}  // namespace denoiseae
