// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/narrow.h"

#include <vector>

#include "engine/onednn/cpu.h"
#include "kernels/narrow_convolution.h"

namespace denoiseae {

using Type = dnnl::memory::data_type;

bool suits_narrow(const Convolution& convolution, const Band& in, const Band& out) {
  return convolution.is_3x3() && convolution.scales.empty() && convolution.bias &&
         in.type == Type::f32 && out.type == Type::f32 && in.width == out.width &&
         in.channels <= kNarrowInputs && out.channels <= kNarrowOutputs &&
         narrow_convolution() != nullptr && may_use(dnnl::cpu_isa::avx512_core);
}

void append_narrow(Draft& draft, const Convolution& convolution, const Band& in, const Band& out) {
  const NarrowShape shape{in.channels, out.channels, out.width};
  const auto* weights = static_cast<const float*>(
      draft.weights.list(convolution.name + ".narrow", Type::f32, narrow_weight_values(shape),
                         [&] { return narrow_weights(shape, convolution.weights()); }));
  const auto* bias = static_cast<const float*>(
      draft.weights.list(convolution.name + ".bias", Type::f32,
                         static_cast<std::size_t>(shape.outputs), convolution.bias));
  draft.use(in.place);
  draft.use(out.place);
  std::vector<NarrowRow> rows(static_cast<std::size_t>(out.rows.count()));
  draft.steps.emplace_back([=](const Addresses& addresses) mutable {
    for (int y = out.rows.begin; y < out.rows.end; ++y)
      rows[y - out.rows.begin] = {rows_around<float>(addresses, in, y),
                                  row_of<float>(addresses, out, y)};
    narrow_convolution()(shape, weights, bias, rows);
  });
  draft.steps.back().is_convolution = true;
}

}  // namespace denoiseae
