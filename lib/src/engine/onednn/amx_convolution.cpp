// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/amx_convolution.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/onednn/cpu.h"
#include "kernels/amx_convolution/amx_convolution.h"
#include "kernels/amx_subpixel_conv/amx_subpixel_conv.h"

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

AmxShape shape_of(const RowBand& in, const RowBand& out) {
  return {in.channels <= 8 && out.channels <= 8 ? 8 : 16, out.channels, out.width};
}

/// tiles_of: makes tiles of the weights; lanes_of: the same of one value for each output.
template <typename TilesOf, typename LanesOf>
AmxConstants constants_of(PlanBuilder& builder, const Convolution& convolution,
                          std::size_t weight_values, const TilesOf& tiles_of,
                          std::size_t lane_values, const LanesOf& lanes_of) {
  const auto constant = [&](const char* name, Type type, std::size_t count, const auto& make) {
    return builder.weights.list(convolution.name + name, type, count, make);
  };
  AmxConstants result;
  result.weights = static_cast<const Bfloat16*>(constant(
      ".tiles", Type::bf16, weight_values, [&] { return tiles_of(convolution.weights()); }));
  result.bias = static_cast<const float*>(
      constant(".bias_tile", Type::f32, lane_values, [&] { return lanes_of(convolution.bias()); }));
  if (convolution.scales.empty()) return result;
  result.scales = static_cast<const float*>(constant(".scales_tile", Type::f32, lane_values,
                                                     [&] { return lanes_of(convolution.scales); }));
  return result;
}

AmxValue value_of(Type type) {
  if (type == Type::bf16) return AmxValue::bfloat16;
  return type == Type::u8 ? AmxValue::code : AmxValue::float32;
}

/// The rows of in in bfloat16, with as many channels as the tiles take.
RowBand widened(PlanBuilder& builder, const RowBand& in, int channels) {
  if (in.type == Type::bf16 && in.channels == channels) return in;
  RowBand out = in;
  out.type = Type::bf16;
  out.channels = channels;
  out = out.moved_to(builder.reserve(out.rows.count() * out.row_bytes()));
  builder.use(in.buffer);
  const auto append = [&]<typename Value>(Value) {
    builder.calls.emplace_back([=](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        amx_input(row_of<Value>(addresses, in, y), in.channels, out.width, channels,
                  row_of<Bfloat16>(addresses, out, y));
      }
    });
  };
  if (in.type == Type::u8) {
    append(std::uint8_t{});
  } else {
    with_type(in.type, append);
  }
  return out;
}

/// end: what amx_subpixel_conv takes for this kind of values.
template <typename Value, typename End>
void append_subpixel_conv(PlanBuilder& builder, const Convolution& convolution, const RowBand& in,
                          const RowBand* added, End end, const RowBand& out) {
  const SubpixelConvShape shape{in.channels, out.channels, in.width};
  const AmxConstants constants = constants_of(
      builder, convolution, shape.weight_values(),
      [&](const auto& weights) { return amx_subpixel_conv_weights(shape, weights); },
      shape.bias_values(),
      [&](const auto& values) { return amx_subpixel_conv_bias(shape, values); });
  builder.use(in.buffer);
  builder.use(out.buffer);
  std::optional<RowBand> addend;
  if (added != nullptr) {
    addend = *added;
    builder.use(added->buffer);
  }
  std::vector<SubpixelConvRow<Value>> rows(static_cast<std::size_t>(in.rows.count()));
  builder.calls.emplace_back([=](const Addresses& addresses) mutable {
    for (int i = 0; i < in.rows.count(); ++i) {
      SubpixelConvRow<Value>& row = rows[i];
      row = {row_of<Value>(addresses, in, in.rows.begin + i), {}, {}};
      for (int dy = 0; dy < 2; ++dy) {
        const int y = 2 * (in.rows.begin + i) + dy;
        if (y < out.rows.begin || y >= out.rows.end) continue;
        row.out[dy] = row_of<Value>(addresses, out, y);
        if (addend) row.addend[dy] = row_of<Value>(addresses, *addend, y);
      }
    }
    amx_subpixel_conv(shape, constants, end, rows);
  });
  builder.calls.back().convolution = convolution.name;
}

}  // namespace

bool suits_amx(const Window& window, const ResolvedPostOps& post_ops, const RowBand& in,
               const RowBand& out) {
  if (!window.is_3x3() || in.width != out.width || in.channels > 16 ||
      (post_ops.addend && post_ops.addend->type == Type::u8) ||
      (post_ops.before == Activation::sigmoid && post_ops.addend)) {
    return false;
  }
  const int least = min_amx_width(shape_of(in, out).inputs, out.channels);
  return least != 0 && out.width >= least && may_use_amx();
}

void append_amx_convolution(PlanBuilder& builder, const Convolution& convolution,
                            const ResolvedPostOps& post_ops, float factor, const RowBand& given,
                            const RowBand& out) {
  const AmxShape shape = shape_of(given, out);
  const RowBand in = widened(builder, given, shape.inputs);
  const AmxConstants constants = constants_of(
      builder, convolution, shape.weight_values(),
      [&](const auto& weights) { return amx_weights(shape, weights); }, kTileBiasValues,
      [&](const auto& values) { return amx_bias(shape, values); });
  const AmxEpilogue end{
      slope_of(post_ops.before, builder.slope),
      slope_of(post_ops.after, builder.slope),
      post_ops.before == Activation::sigmoid || post_ops.after == Activation::sigmoid,
      factor,
      value_of(out.type),
      value_of(post_ops.addend ? post_ops.addend->type : Type::bf16)};
  builder.use(in.buffer);
  builder.use(out.buffer);
  if (post_ops.addend) builder.use(post_ops.addend->buffer);
  std::vector<AmxRow> rows(static_cast<std::size_t>(out.rows.count()));
  builder.calls.emplace_back([=, addend = post_ops.addend](const Addresses& addresses) mutable {
    for (int y = out.rows.begin; y < out.rows.end; ++y)
      rows[y - out.rows.begin] = {rows_around<Bfloat16>(addresses, in, y),
                                  addend ? addresses.of(addend->row(y)) : nullptr,
                                  addresses.of(out.row(y))};
    amx_convolution(shape, constants, end, rows);
  });
  builder.calls.back().convolution = convolution.name;
}

bool suits_amx_subpixel_conv(const ResolvedPostOps& post_ops, const RowBand& in,
                             const RowBand& out) {
  return in.type == Type::bf16 && out.type == Type::bf16 && post_ops.before == Activation::none &&
         post_ops.after != Activation::sigmoid &&
         suits_amx_subpixel_conv(SubpixelConvShape{in.channels, out.channels, in.width}) &&
         may_use_amx();
}

void append_amx_subpixel_conv(PlanBuilder& builder, const Convolution& convolution,
                              const ResolvedPostOps& post_ops, const RowBand& in,
                              const RowBand& out) {
  append_subpixel_conv<Bfloat16>(builder, convolution, in,
                                 post_ops.addend ? &*post_ops.addend : nullptr,
                                 slope_of(post_ops.after, builder.slope), out);
}

bool suits_quantised_amx_subpixel_conv(const RowBand& in, const RowBand& out) {
  return suits_amx_subpixel_conv(SubpixelConvShape{in.channels, out.channels, in.width}) &&
         may_use_amx();
}

void append_quantised_amx_subpixel_conv(PlanBuilder& builder, const Convolution& convolution,
                                        const RowBand& in, const QuantisedBand& addend,
                                        const QuantisedBand& out) {
  append_subpixel_conv<std::uint8_t>(builder, convolution, in, &addend.band,
                                     factors_of(addend, out), out.band);
}

}  // namespace denoiseae
