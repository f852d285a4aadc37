// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/tiles.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/onednn/cpu.h"
#include "kernels/tile_convolution.h"
#include "kernels/tile_upconv.h"

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

TileShape shape_of(const Band& in, const Band& out) {
  return {in.channels <= 8 && out.channels <= 8 ? 8 : 16, out.channels, out.width};
}

/// tiles_of: makes tiles of the weights; lanes_of: the same of one value for each output.
template <typename TilesOf, typename LanesOf>
TileConstants constants_of(Draft& draft, const Convolution& convolution, std::size_t weight_values,
                           const TilesOf& tiles_of, std::size_t lane_values,
                           const LanesOf& lanes_of) {
  const auto constant = [&](const char* name, Type type, std::size_t count, const auto& make) {
    return draft.weights.list(convolution.name + name, type, count, make);
  };
  TileConstants result;
  result.weights = static_cast<const Bfloat16*>(constant(
      ".tiles", Type::bf16, weight_values, [&] { return tiles_of(convolution.weights()); }));
  result.bias = static_cast<const float*>(
      constant(".bias_tile", Type::f32, lane_values, [&] { return lanes_of(convolution.bias()); }));
  if (convolution.scales.empty()) return result;
  result.scales = static_cast<const float*>(constant(".scales_tile", Type::f32, lane_values,
                                                     [&] { return lanes_of(convolution.scales); }));
  return result;
}

TileValue value_of(Type type) {
  if (type == Type::bf16) return TileValue::bfloat16;
  return type == Type::u8 ? TileValue::code : TileValue::float32;
}

/// The rows of in in bfloat16, with as many channels as the tiles take.
Band widened(Draft& draft, const Band& in, int channels) {
  if (in.type == Type::bf16 && in.channels == channels) return in;
  Band out = in;
  out.type = Type::bf16;
  out.channels = channels;
  out = out.moved_to(draft.reserve(out.rows.count() * out.row_bytes()));
  draft.use(in.place);
  const auto append = [&]<typename Value>(Value) {
    draft.steps.emplace_back([=](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        tile_input(row_of<Value>(addresses, in, y), in.channels, out.width, channels,
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

/// end: what tile_upconv takes for this kind of values.
template <typename Value, typename End>
void append_upconv(Draft& draft, const Convolution& convolution, const Band& in, const Band* added,
                   End end, const Band& out) {
  const UpconvShape shape{in.channels, out.channels, in.width};
  const TileConstants constants = constants_of(
      draft, convolution, shape.weight_values(),
      [&](const auto& weights) { return tile_upconv_weights(shape, weights); }, shape.bias_values(),
      [&](const auto& values) { return tile_upconv_bias(shape, values); });
  draft.use(in.place);
  draft.use(out.place);
  std::optional<Band> addend;
  if (added != nullptr) {
    addend = *added;
    draft.use(added->place);
  }
  std::vector<UpconvRow<Value>> rows(static_cast<std::size_t>(in.rows.count()));
  draft.steps.emplace_back([=](const Addresses& addresses) mutable {
    for (int i = 0; i < in.rows.count(); ++i) {
      UpconvRow<Value>& row = rows[i];
      row = {row_of<Value>(addresses, in, in.rows.begin + i), {}, {}};
      for (int dy = 0; dy < 2; ++dy) {
        const int y = 2 * (in.rows.begin + i) + dy;
        if (y < out.rows.begin || y >= out.rows.end) continue;
        row.out[dy] = row_of<Value>(addresses, out, y);
        if (addend) row.addend[dy] = row_of<Value>(addresses, *addend, y);
      }
    }
    tile_upconv(shape, constants, end, rows);
  });
  draft.steps.back().is_convolution = true;
}

}  // namespace

bool suits_tiles(const Convolution& convolution, const PlacedEpilogue& epilogue, const Band& in,
                 const Band& out) {
  if (!convolution.is_3x3() || in.width != out.width || epilogue.plane != nullptr ||
      in.channels > 16 || (epilogue.addend && epilogue.addend->type == Type::u8) ||
      (epilogue.before == Activation::sigmoid && epilogue.addend)) {
    return false;
  }
  const int least = least_tile_width(shape_of(in, out).inputs, out.channels);
  return least != 0 && out.width >= least && may_use_tiles();
}

void append_on_tiles(Draft& draft, const Convolution& convolution, const PlacedEpilogue& epilogue,
                     float factor, const Band& given, const Band& out) {
  const TileShape shape = shape_of(given, out);
  const Band in = widened(draft, given, shape.inputs);
  const TileConstants constants = constants_of(
      draft, convolution, shape.weight_values(),
      [&](const auto& weights) { return tile_weights(shape, weights); }, kTileBiasValues,
      [&](const auto& values) { return tile_bias(shape, values); });
  const TileEnd end{slope_of(epilogue.before, draft.slope),
                    slope_of(epilogue.after, draft.slope),
                    epilogue.before == Activation::sigmoid || epilogue.after == Activation::sigmoid,
                    factor,
                    value_of(out.type),
                    value_of(epilogue.addend ? epilogue.addend->type : Type::bf16)};
  draft.use(in.place);
  draft.use(out.place);
  if (epilogue.addend) draft.use(epilogue.addend->place);
  std::vector<TileRow> rows(static_cast<std::size_t>(out.rows.count()));
  draft.steps.emplace_back([=, addend = epilogue.addend](const Addresses& addresses) mutable {
    for (int y = out.rows.begin; y < out.rows.end; ++y)
      rows[y - out.rows.begin] = {rows_around<Bfloat16>(addresses, in, y),
                                  addend ? addresses.of(addend->row(y)) : nullptr,
                                  addresses.of(out.row(y))};
    tile_convolution(shape, constants, end, rows);
  });
  draft.steps.back().is_convolution = true;
}

bool suits_tile_upconv(const PlacedEpilogue& epilogue, const Band& in, const Band& out) {
  return in.type == Type::bf16 && out.type == Type::bf16 && epilogue.plane == nullptr &&
         epilogue.before == Activation::none && epilogue.after != Activation::sigmoid &&
         suits_tile_upconv(UpconvShape{in.channels, out.channels, in.width}) && may_use_tiles();
}

void append_upconv_on_tiles(Draft& draft, const Convolution& convolution,
                            const PlacedEpilogue& epilogue, const Band& in, const Band& out) {
  append_upconv<Bfloat16>(draft, convolution, in, epilogue.addend ? &*epilogue.addend : nullptr,
                          slope_of(epilogue.after, draft.slope), out);
}

bool suits_rounded_tile_upconv(const Band& in, const Band& out) {
  return suits_tile_upconv(UpconvShape{in.channels, out.channels, in.width}) && may_use_tiles();
}

void append_rounded_upconv_on_tiles(Draft& draft, const Convolution& convolution, const Band& in,
                                    const RoundedBand& addend, const RoundedBand& out) {
  append_upconv<std::uint8_t>(draft, convolution, in, &addend.band, factors_of(addend, out),
                              out.band);
}

}  // namespace denoiseae
