// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "engine/engine.h"
#include "engine/whole_tensors.h"

namespace denoiseae::test {

/// Runs an engine on tensors in memory. in, out: the first of count pictures, which follow one
/// another without gaps.
inline void run_whole(Engine& engine, TensorView in, TensorView out, int count = 1,
                      const StateView& state = {}) {
  in.height *= count;
  out.height *= count;
  WholeTensors whole(in, out, state);
  engine.run(whole, whole, count);
}

}  // namespace denoiseae::test
