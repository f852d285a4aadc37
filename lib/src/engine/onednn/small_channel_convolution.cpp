// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/small_channel_convolution.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/onednn/cpu.h"
#include "engine/onednn/loops.h"
#include "kernels/dot_convolution/dot_convolution.h"
#include "kernels/small_channel_convolution/small_channel_convolution.h"

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

/// Returns whether the kernel for float32 is faster than kernels/direct_convolution, whose vectors
/// hold outputs: with more outputs, or fewer inputs, it is not.
bool fills_vectors(int inputs, int outputs) {
  return outputs <= kSmallOutputs / 4 || (outputs < kSmallOutputs && inputs > kSmallInputs / 2);
}

bool suits_floats(const RowBand& in, const RowBand& out) {
  return in.type == Type::f32 && out.type == Type::f32 && in.channels <= kSmallInputs &&
         fills_vectors(in.channels, out.channels) && small_channel_convolution() != nullptr &&
         may_use(dnnl::cpu_isa::avx512_core);
}

bool suits_bfloat16(const RowBand& in, const RowBand& out) {
  return in.type == Type::bf16 && (out.type == Type::bf16 || out.type == Type::f32) &&
         suits_dot<Bfloat16>(in.channels, out.channels) && bfloat16_dot() != nullptr &&
         may_use_bfloat16();
}

bool suits_codes(const RowBand& in, const RowBand& out) {
  return in.type == Type::u8 && out.type == Type::f32 &&
         suits_dot<std::uint8_t>(in.channels, out.channels) && code_dot() != nullptr &&
         may_use(dnnl::cpu_isa::avx512_core_vnni);
}

const float* bias_of(PlanBuilder& builder, const Convolution& convolution, const RowBand& out) {
  return static_cast<const float*>(builder.weights.list(convolution.name + ".bias", Type::f32,
                                                        static_cast<std::size_t>(out.channels),
                                                        convolution.bias));
}

/// body: takes the kernel's rows, from the rows of in around each of out.
template <typename Row, typename In, typename Out, typename Body>
void append_rows(PlanBuilder& builder, const std::string& name, const RowBand& in,
                 const RowBand& out, const Body& body) {
  builder.use(in.buffer);
  builder.use(out.buffer);
  std::vector<Row> rows(static_cast<std::size_t>(out.rows.count()));
  builder.calls.emplace_back([=](const Addresses& addresses) mutable {
    for (int y = out.rows.begin; y < out.rows.end; ++y)
      rows[y - out.rows.begin] = {rows_around<In>(addresses, in, y),
                                  row_of<Out>(addresses, out, y)};
    body(rows);
  });
  builder.calls.back().convolution = name;
}

void append_floats(PlanBuilder& builder, const Convolution& convolution, const RowBand& in,
                   const RowBand& out) {
  const SmallChannelShape shape{in.channels, out.channels, out.width};
  const auto* weights = static_cast<const float*>(builder.weights.list(
      convolution.name + ".narrow", Type::f32, small_channel_weight_values(shape),
      [&] { return small_channel_weights(shape, convolution.weights()); }));
  append_rows<SmallChannelRow, float, float>(
      builder, convolution.name, in, out,
      [shape, weights, bias = bias_of(builder, convolution, out)](const auto& rows) {
        small_channel_convolution()(shape, weights, bias, rows);
      });
}

template <typename In>
const void* dot_weights_of(PlanBuilder& builder, const Convolution& convolution,
                           const DotShape& shape, Type type) {
  const std::size_t count = std::size_t{9} * static_cast<std::size_t>(shape.inputs) *
                            static_cast<std::size_t>(shape.outputs);
  return builder.weights.list(convolution.name + ".dot", type, count, [&] {
    return dot_weights(shape, kInputsOfWord<In>, convolution.weights());
  });
}

void append_bfloat16(PlanBuilder& builder, const Convolution& convolution, const DotEpilogue& end,
                     const RowBand& in, const RowBand& out) {
  const DotShape shape{in.channels, out.channels, out.width};
  const DotConstants<Bfloat16> constants{static_cast<const Bfloat16*>(dot_weights_of<Bfloat16>(
                                             builder, convolution, shape, Type::bf16)),
                                         bias_of(builder, convolution, out)};
  const auto append = [&]<typename Out>(Out, Bfloat16Dot<Out>* dot) {
    append_rows<DotRow<Bfloat16, Out>, Bfloat16, Out>(
        builder, convolution.name, in, out,
        [=](const auto& rows) { dot(shape, constants, end, rows); });
  };
  if (out.type == Type::bf16) {
    append(Bfloat16{}, bfloat16_dot()->to_bfloat16);
  } else {
    append(float{}, bfloat16_dot()->to_float);
  }
}

void append_codes(PlanBuilder& builder, const Convolution& convolution, const DotEpilogue& end,
                  const RowBand& in, const RowBand& out) {
  const DotShape shape{in.channels, out.channels, out.width};
  const DotConstants<std::int8_t> constants{
      static_cast<const std::int8_t*>(
          dot_weights_of<std::uint8_t>(builder, convolution, shape, Type::s8)),
      bias_of(builder, convolution, out),
      static_cast<const float*>(builder.weights.list(convolution.name + ".scales", Type::f32,
                                                     convolution.scales.size(),
                                                     [&] { return convolution.scales; }))};
  append_rows<DotRow<std::uint8_t, float>, std::uint8_t, float>(
      builder, convolution.name, in, out,
      [=](const auto& rows) { code_dot()->rows(shape, constants, end, rows); });
}

}  // namespace

bool suits_small_channels(const Window& window, const RowBand& in, const RowBand& out) {
  return window.is_3x3() && in.width == out.width &&
         (suits_floats(in, out) || suits_bfloat16(in, out) || suits_codes(in, out));
}

void append_small_channel_convolution(PlanBuilder& builder, const Convolution& convolution,
                                      const ResolvedPostOps& post_ops, const RowBand& in,
                                      const RowBand& out) {
  ResolvedPostOps rest = post_ops;
  if (in.type == Type::f32) {
    append_floats(builder, convolution, in, out);
  } else {
    const Activation before = std::exchange(rest.before, Activation::none);
    const DotEpilogue end{slope_of(before, builder.slope), before == Activation::sigmoid};
    const auto append = in.type == Type::bf16 ? append_bfloat16 : append_codes;
    append(builder, convolution, end, in, out);
  }
  if (rest.before != Activation::none || rest.addend || rest.plane != nullptr ||
      rest.after != Activation::none) {
    append_eltwise(builder, rest, out, out);
  }
}

}  // namespace denoiseae
