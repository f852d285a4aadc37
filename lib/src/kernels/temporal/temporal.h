// SPDX-License-Identifier: LGPL-2.1-or-later
// Computes rows of the operations on frame and recurrent state (net/graph.h has the formulas). A
// row holds width positions, with kPackedInputChannels values of the frame and kStateChannels
// values of the state each.
#pragma once

#include <span>
#include <string_view>

#include "kernels/bfloat16.h"
#include "kernels/fixed16.h"

namespace denoiseae {

/// Two rows of the frame, or of the state. They become one row of half the width.
struct TwoRows {
  const float* upper;
  const float* lower;
};

/// The two rows of the gate that a row lies between, and the weight of the lower one. The gate has
/// half the size of the frame, and kGateChannels values at each position.
template <typename Value>
struct GateRows {
  const Value* upper;
  const Value* lower;
  float lower_weight;
};

/// The two positions of a tensor of half the size that a position lies between.
struct Between {
  int first;
  int second;
  float second_weight;
};

// The namespace is unnamed, so that each source file has its own copies of the functions. Otherwise
// the linker would keep one copy of each, which may be compiled for instructions that a CPU lacks.
namespace {

inline Between between_halves(int position, int half_size) {
  const int first = (position + 1) / 2 - 1;
  return {first < 0 ? 0 : first, first + 1 < half_size ? first + 1 : half_size - 1,
          position % 2 == 0 ? 0.75f : 0.25f};
}

}  // namespace

template <typename Value>
using SpatialInputRow = void(const float* frame, const float* state, int width, Value* out);

/// The functions for tensors of float or Bfloat16.
template <typename Value>
struct TemporalRows {
  /// width: the width of out.
  void (*change_features)(TwoRows frame, TwoRows state, int width, Value* out);
  /// width: even.
  void (*temporal_update)(const float* frame, const float* state, const GateRows<Value>& gate,
                          int width, float* out);
  SpatialInputRow<Value>* spatial_input;
  void (*add_innovation)(const float* frame, const float* state, const Value* residual, int width,
                         float* out);
  void (*update_state)(const float* state, const Value* residual, int width, float* out);
};

/// The functions of one instruction set. These tables are constants, because code that made them at
/// run time would use instructions that a CPU may lack.
struct TemporalTables {
  TemporalRows<float> of_float;
  TemporalRows<Bfloat16> of_bfloat16;
  SpatialInputRow<Fixed16>* fixed16_spatial_input;

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
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
std::span<const TemporalVariant> temporal_variants() noexcept;
/// Returns the fastest available variant.
const TemporalTables& temporal_tables() noexcept;
/// Returns its functions for tensors of float or Bfloat16.
template <typename Value>
const TemporalRows<Value>& temporal_rows() noexcept {
  return temporal_tables().rows<Value>();
}

}  // namespace denoiseae
