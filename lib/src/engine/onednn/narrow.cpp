// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/narrow.h"

#include <vector>

#include "engine/onednn/cpu.h"
#include "kernels/narrow_convolution.h"

namespace denoiseae {

using Type = dnnl::memory::data_type;

bool suits_narrow(const Convolution& convolution, const Band& in, const Band& out) {
  return convolution.kernel == 3 && convolution.stride == 1 && convolution.padding == 1 &&
         convolution.scales.empty() && convolution.bias && in.type == Type::f32 &&
         out.type == Type::f32 && in.width == out.width && in.channels <= kNarrowInputs &&
         out.channels <= kNarrowOutputs && narrow_convolution() != nullptr &&
         may_use(dnnl::cpu_isa::avx512_core);
}

void append_narrow(Draft& draft, const Convolution& convolution, const Band& in, const Band& out) {
  const NarrowShape shape{in.channels, out.channels, out.width};
  const auto constant = [&](const char* name, std::size_t count, const auto& make) {
    const dnnl::memory::desc list{
        {static_cast<dnnl::memory::dim>(count)}, Type::f32, dnnl::memory::format_tag::a};
    return static_cast<const float*>(
        draft.weights.get(convolution.name + name, list, list, make).get_data_handle());
  };
  const float* weights = constant(".narrow", narrow_weight_values(shape),
                                  [&] { return narrow_weights(shape, convolution.weights()); });
  const float* bias = constant(".bias", static_cast<std::size_t>(shape.outputs),
                               [&] { return convolution.bias(); });
  draft.use(in.place);
  draft.use(out.place);
  std::vector<NarrowRow> rows(static_cast<std::size_t>(out.rows.count()));
  draft.steps.emplace_back([=](const Addresses& addresses) mutable {
    const auto row_in = [&](int y) -> const float* {
      if (y < in.rows.begin || y >= in.rows.end) return nullptr;
      return row_of<float>(addresses, in, y);
    };
    for (int y = out.rows.begin; y < out.rows.end; ++y) {
      rows[y - out.rows.begin] = {{row_in(y - 1), row_in(y), row_in(y + 1)},
                                  row_of<float>(addresses, out, y)};
    }
    narrow_convolution()(shape, weights, bias, rows);
  });
  draft.steps.back().is_convolution = true;
}

}  // namespace denoiseae
