// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of the operations of graphs with a past (net/graph.h gives their formulas). A row holds
// width positions: kPackedInputChannels of the frame and kStateChannels of the past each.
#pragma once

#include <denoiseae/export.h>

#include <span>
#include <string_view>

#include "kernels/bfloat16.h"

namespace denoiseae {

/// Two rows of frame and past become one of half the size.
struct TwoRows {
  const float* upper;
  const float* lower;
};

/// The rows of the gate that a row lies between, kGateChannels values for each of half as many
/// positions, and the weight of the lower one.
template <typename Value>
struct GateRows {
  const Value* upper;
  const Value* lower;
  float lower_weight;
};

/// The two positions of half the size that a position lies between.
struct Between {
  int first;
  int second;
  float second_weight;
};

// Unnamed, so that each source file has its own: the linker would keep one of them, compiled for
// whichever instruction set.
namespace {

inline Between between_halves(int position, int half_size) {
  const int first = (position + 1) / 2 - 1;
  return {first < 0 ? 0 : first, first + 1 < half_size ? first + 1 : half_size - 1,
          position % 2 == 0 ? 0.75f : 0.25f};
}

}  // namespace

/// Value: float or Bfloat16.
template <typename Value>
struct TemporalRows {
  /// width: of out.
  void (*change_features)(TwoRows frame, TwoRows state, int width, Value* out);
  /// width: even.
  void (*temporal_update)(const float* frame, const float* state, const GateRows<Value>& gate,
                          int width, float* out);
  void (*spatial_input)(const float* frame, const float* state, int width, Value* out);
  void (*add_innovation)(const float* frame, const float* state, const Value* residual, int width,
                         float* out);
  void (*update_state)(const float* state, const Value* residual, int width, float* out);
};

/// Constants, so that no code of another instruction set runs to make them.
struct TemporalTables {
  TemporalRows<float> of_float;
  TemporalRows<Bfloat16> of_bfloat16;

  template <typename Value>
  const TemporalRows<Value>& rows() const {
    if constexpr (sizeof(Value) == sizeof(float)) {
      return of_float;
    } else {
      return of_bfloat16;
    }
  }
};

extern const TemporalTables kTemporalC;
extern const TemporalTables kTemporalAvx2;
extern const TemporalTables kTemporalAvx512;

struct TemporalVariant {
  std::string_view name;
  const TemporalTables* tables;
  bool available;  ///< on this CPU
};

/// Plain C++ first, then faster and faster; all compute the same to the bit.
DAE_API std::span<const TemporalVariant> temporal_variants() noexcept;
/// The fastest that is available.
DAE_API const TemporalTables& temporal_tables() noexcept;
/// Its functions for values that are float or Bfloat16.
template <typename Value>
const TemporalRows<Value>& temporal_rows() noexcept {
  return temporal_tables().rows<Value>();
}

}  // namespace denoiseae
