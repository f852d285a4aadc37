// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of the operations of graphs with a past (net/graph.h gives their formulas). A row holds
// width positions: kPackedInputChannels of the frame and kPastChannels of the past each.
#pragma once

#include <denoiseae/export.h>

#include "kernels/bfloat16.h"

namespace denoiseae {

/// Two rows of frame and past become one of half the size.
struct TwoRows {
  const float* upper;
  const float* lower;
};

/// The rows of the gate that a row lies between, kGateChannels values for each of width positions,
/// and the weight of the lower one.
template <typename Value>
struct GateRows {
  const Value* upper;
  const Value* lower;
  int width;
  float lower_weight;
};

/// The two positions of half the size that a position lies between.
struct Between {
  int first;
  int second;
  float second_weight;
};
DAE_API Between between_halves(int position, int half_size) noexcept;

// Value: float or Bfloat16.

/// width: of out.
template <typename Value>
DAE_API void motion_evidence_row(TwoRows frame, TwoRows past, int width, Value* out) noexcept;

template <typename Value>
DAE_API void temporal_update_row(const float* frame, const float* past, const GateRows<Value>& gate,
                         int width, float* out) noexcept;

template <typename Value>
DAE_API void spatial_input_row(const float* frame, const float* past, int width, Value* out) noexcept;

template <typename Value>
DAE_API void add_innovation_row(const float* frame, const float* past, const Value* residual, int width,
                        float* out) noexcept;

template <typename Value>
DAE_API void remember_row(const float* past, const Value* residual, int width, float* out) noexcept;

}  // namespace denoiseae
