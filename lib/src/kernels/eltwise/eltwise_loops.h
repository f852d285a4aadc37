// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of all variants. Each variant compiles this text for its instruction set.
#pragma once

#include "kernels/eltwise/eltwise.h"

namespace denoiseae {
namespace {

inline float leaky_relu(float value, float slope) { return value > 0 ? value : value * slope; }

template <typename Value>
inline void eltwise_row(int count, const Value* in, const Value* addend, Value* out,
                        Slopes slopes) {
  if (addend == nullptr) {
#pragma GCC ivdep
    for (int i = 0; i < count; ++i)
      assign(out[i], leaky_relu(leaky_relu(to_float(in[i]), slopes.before), slopes.after));
    return;
  }
#pragma GCC ivdep
  for (int i = 0; i < count; ++i)
    assign(out[i], leaky_relu(leaky_relu(to_float(in[i]), slopes.before) + to_float(addend[i]),
                              slopes.after));
}

}  // namespace
}  // namespace denoiseae
