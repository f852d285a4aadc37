// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/small_channel_convolution.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/native/loops.h"
#include "kernels/dot_convolution/dot_convolution.h"
#include "kernels/small_channel_convolution/small_channel_convolution.h"

namespace denoiseae {

namespace {

using Type = SampleType;

/// Returns whether the kernel for float32 is faster than kernels/direct_convolution, whose vectors
/// hold outputs: with more outputs, or fewer inputs, it is not.
bool fills_vectors(int inputs, int outputs) {
  return outputs <= kSmallOutputs / 4 || (outputs < kSmallOutputs && inputs > kSmallInputs / 2);
}

bool suits_floats(const RowBand& in, const RowBand& out) {
  return in.type == Type::float32 && out.type == Type::float32 && in.channels <= kSmallInputs &&
         fills_vectors(in.channels, out.channels) && small_channel_convolution() != nullptr;
}

bool suits_bfloat16(const RowBand& in, const RowBand& out) {
  return in.type == Type::bfloat16 && (out.type == Type::bfloat16 || out.type == Type::float32) &&
         suits_dot<Bfloat16>(in.channels, out.channels) && bfloat16_dot() != nullptr;
}

bool suits_codes(const RowBand& in, const RowBand& out) {
  return in.type == Type::code && (out.type == Type::code || out.type == Type::float32) &&
         suits_dot<std::uint8_t>(in.channels, out.channels) && code_dot() != nullptr;
}

SetConstants bias_of(PlanBuilder& builder, const Convolution& convolution) {
  return builder.weights.get_sets(convolution.name + ".bias", builder.sets, convolution.bias);
}

/// body: takes the kernel's rows, from the rows of in around each of out, and the set of scales.
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
    body(rows, addresses.set);
  });
  builder.calls.back().convolution = name;
}

void append_floats(PlanBuilder& builder, const Convolution& convolution, const RowBand& in,
                   const RowBand& out) {
  const SmallChannelShape shape{in.channels, out.channels, out.width};
  const float* const weights = builder.weights.get<float>(convolution.name + ".narrow", [&] {
    return small_channel_weights(shape, convolution.weights());
  });
  append_rows<SmallChannelRow, float, float>(
      builder, convolution.name, in, out,
      [shape, weights, bias = bias_of(builder, convolution)](const auto& rows, std::size_t set) {
        small_channel_convolution()(shape, weights, bias.of(set), rows);
      });
}

template <typename In, typename Weight>
const Weight* dot_weights_of(PlanBuilder& builder, const Convolution& convolution,
                             const DotShape& shape) {
  return builder.weights.get<Weight>(convolution.name + ".dot", [&] {
    return dot_weights(shape, kInputsOfWord<In>, convolution.weights());
  });
}

void append_bfloat16(PlanBuilder& builder, const Convolution& convolution, const DotEpilogue& end,
                     const RowBand& in, const RowBand& out) {
  const DotShape shape{in.channels, out.channels, out.width};
  const auto* const weights = dot_weights_of<Bfloat16, Bfloat16>(builder, convolution, shape);
  const SetConstants bias = bias_of(builder, convolution);
  const auto append = [&]<typename Out>(Out, Bfloat16Dot<Out>* dot) {
    append_rows<DotRow<Bfloat16, Out>, Bfloat16, Out>(
        builder, convolution.name, in, out, [=](const auto& rows, std::size_t set) {
          dot(shape, DotConstants<Bfloat16>{weights, bias.of(set)}, end, rows);
        });
  };
  if (out.type == Type::bfloat16) {
    append(Bfloat16{}, bfloat16_dot()->to_bfloat16);
  } else {
    append(float{}, bfloat16_dot()->to_float);
  }
}

void append_codes(PlanBuilder& builder, const Convolution& convolution, const DotEpilogue& end,
                  const RowBand& in, const RowBand& out) {
  const DotShape shape{in.channels, out.channels, out.width};
  const auto* const weights =
      dot_weights_of<std::uint8_t, std::int8_t>(builder, convolution, shape);
  const SetConstants bias = bias_of(builder, convolution);
  const SetConstants scales =
      builder.weights.get_sets(convolution.name + ".dot_scales", builder.sets,
                               [&](std::size_t set) { return convolution.scales[set]; });
  const auto append = [&]<typename Out>(Out, CodeDot<Out>* dot) {
    append_rows<DotRow<std::uint8_t, Out>, std::uint8_t, Out>(
        builder, convolution.name, in, out, [=](const auto& rows, std::size_t set) {
          dot(shape, DotConstants<std::int8_t>{weights, bias.of(set), scales.of(set)}, end, rows);
        });
  };
  if (out.type == Type::code) {
    append(std::uint8_t{}, code_dot()->to_codes);
  } else {
    append(float{}, code_dot()->to_float);
  }
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
  if (in.type == Type::float32) {
    append_floats(builder, convolution, in, out);
  } else {
    const Activation before = std::exchange(rest.before, Activation::none);
    const DotEpilogue end{slope_of(before, builder.slope), before == Activation::sigmoid};
    const auto append = in.type == Type::bfloat16 ? append_bfloat16 : append_codes;
    append(builder, convolution, end, in, out);
  }
  if (rest.before != Activation::none || rest.addend || rest.plane != nullptr ||
      rest.after != Activation::none) {
    append_eltwise(builder, rest, out, out);
  }
}

}  // namespace denoiseae
