// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/direct_convolution.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/native/loops.h"
#include "kernels/direct_convolution/direct_convolution.h"

namespace denoiseae {

namespace {

/// A convolution as the kernels take it.
struct DirectCall {
  std::string name;
  DirectConvolution* rows;
  DirectShape shape;
  const void* weights;
  SetConstants bias, scales;
  SetConstants factors;  ///< the result's and the addend's
  DirectEpilogue end;    ///< without factors
  BufferRef scratch;

  void run(const Addresses& addresses, const std::vector<DirectRow>& list) const {
    const DirectConstants constants{weights, bias.of(addresses.set), scales.of(addresses.set)};
    DirectEpilogue with_factors = end;
    with_factors.factor = factors.of(addresses.set)[0];
    with_factors.addend_factor = factors.of(addresses.set)[1];
    rows(shape, constants, with_factors, list, addresses.of(scratch));
  }
};

template <typename Weight, typename MakeWeights>
const void* weights_of(PlanBuilder& builder, const std::string& name, const MakeWeights& make) {
  return builder.weights.get<Weight>(name + ".weights", make);
}

/// name: a prefix of the names of the constants. select: takes weights, biases or scales of all
/// outputs, and returns those of the outputs of the shape.
template <typename Select>
DirectCall call_of(PlanBuilder& builder, const Convolution& convolution, const std::string& name,
                   DirectShape shape, SampleType type, const DirectEpilogue& end,
                   const std::vector<DirectFactors>& factors, const Select& select) {
  const DirectVariant& variant = direct_variant(shape, type);
  shape.group_lanes = variant.group_lanes;
  const auto weights = [&] { return direct_weights(shape, type, select(convolution.weights())); };
  const auto lanes = [&](const char* what, const auto& make) {
    return builder.weights.get_sets(
        name + what, builder.sets, [&](std::size_t set) { return direct_lanes(shape, make(set)); });
  };
  DirectCall call{convolution.name,
                  variant.rows,
                  shape,
                  nullptr,
                  {},
                  {},
                  {},
                  end,
                  builder.reserve(direct_scratch_bytes(shape, variant))};
  if (type == SampleType::float32) {
    call.weights = weights_of<float>(builder, name, weights);
  } else if (type == SampleType::bfloat16) {
    call.weights = weights_of<Bfloat16>(builder, name, weights);
  } else if (type == SampleType::fixed16) {
    call.weights = weights_of<std::int16_t>(builder, name, weights);
  } else {
    call.weights = weights_of<std::int8_t>(builder, name, weights);
  }
  call.bias = lanes(".biases", [&](std::size_t set) {
    return convolution.bias ? select(convolution.bias(set))
                            : std::vector<float>(static_cast<std::size_t>(shape.outputs));
  });
  if (!convolution.scales.empty())
    call.scales =
        lanes(".scales", [&](std::size_t set) { return select(convolution.scales[set]); });
  call.factors = builder.weights.get_sets(name + ".factors", builder.sets, [&](std::size_t set) {
    return std::vector<float>{factors[set].result, factors[set].addend};
  });
  return call;
}

/// Appends a call that computes what row_of(addresses, y) returns for each of some rows.
template <typename RowOf>
void append(PlanBuilder& builder, const DirectCall& call, RowRange rows, const RowOf& row_of) {
  builder.calls.emplace_back([=, list = std::vector<DirectRow>(static_cast<std::size_t>(
                                     rows.count()))](const Addresses& addresses) mutable {
    for (int y = rows.begin; y < rows.end; ++y) list[y - rows.begin] = row_of(addresses, y);
    call.run(addresses, list);
  });
  builder.calls.back().convolution = call.name;
}

/// Finds the addends of the rows of a band.
class AddendRows {
 public:
  AddendRows(const ResolvedPostOps& post_ops, const RowBand& out)
      : addend_(post_ops.addend), plane_(post_ops.plane), out_(out) {}

  void use(PlanBuilder& builder) const {
    if (addend_) builder.use(addend_->buffer);
  }
  const void* row(const Addresses& addresses, int y) const {
    if (addend_) return addresses.of(addend_->row(y));
    if (plane_ == nullptr) return nullptr;
    return plane_ + static_cast<std::size_t>(y - out_.rows.begin) * out_.row_bytes();
  }

 private:
  std::optional<RowBand> addend_;
  const char* plane_;
  RowBand out_;
};

DirectEpilogue epilogue_of(const ResolvedPostOps& post_ops, float slope, const RowBand& out) {
  DirectEpilogue end;
  end.before = slope_of(post_ops.before, slope);
  end.after = slope_of(post_ops.after, slope);
  end.sigmoid = post_ops.before == Activation::sigmoid || post_ops.after == Activation::sigmoid;
  end.out = out.type;
  end.addend = post_ops.addend ? post_ops.addend->type : out.type;
  return end;
}

/// The kernels apply a sigmoid last. Returns what has to follow it, which leaves post_ops.
ResolvedPostOps take_what_follows_a_sigmoid(ResolvedPostOps& post_ops) {
  ResolvedPostOps rest;
  if (post_ops.before != Activation::sigmoid) return rest;
  rest.addend = std::exchange(post_ops.addend, {});
  rest.plane = std::exchange(post_ops.plane, nullptr);
  rest.after = std::exchange(post_ops.after, Activation::none);
  return rest;
}

bool does_something(const ResolvedPostOps& post_ops) {
  return post_ops.addend || post_ops.plane != nullptr || post_ops.after != Activation::none;
}

DirectShape shape_of(const Window& window, const RowBand& in, const RowBand& out) {
  return {in.channels,    out.channels, window.kernel, window.stride,
          window.padding, in.width,     out.width};
}

}  // namespace

bool runs_on_tiles(const Window& window, const RowBand& in, const RowBand& out) {
  return direct_variant(shape_of(window, in, out), in.type).on_tiles;
}

void append_direct_convolution(PlanBuilder& builder, const Convolution& convolution,
                               const ResolvedPostOps& given,
                               const std::vector<DirectFactors>& factors, const RowBand& in,
                               const RowBand& out) {
  ResolvedPostOps post_ops = given;
  const ResolvedPostOps rest = take_what_follows_a_sigmoid(post_ops);
  const Window window = convolution.window;
  const auto all = [](const std::vector<float>& values) { return values; };
  const DirectCall call = call_of(builder, convolution, convolution.name, shape_of(window, in, out),
                                  in.type, epilogue_of(post_ops, builder.slope, out), factors, all);
  const AddendRows addends(post_ops, out);
  for (const RowBand* band : {&in, &out}) builder.use(band->buffer);
  addends.use(builder);
  append(builder, call, out.rows, [in, out, addends, window](const Addresses& addresses, int y) {
    DirectRow row{};
    for (int k = 0; k < window.kernel; ++k) {
      const int at = y * window.stride - window.padding + k;
      if (at >= in.rows.begin && at < in.rows.end) row.in[k] = addresses.of(in.row(at));
    }
    row.out = addresses.of(out.row(y));
    row.addend = addends.row(addresses, y);
    return row;
  });
  if (does_something(rest)) append_eltwise(builder, rest, out, out);
}

/// The channels of the upper row that a row of the input becomes are the first half of the groups,
/// those of the lower row the second half.
void append_direct_subpixel_conv(PlanBuilder& builder, const Convolution& convolution,
                                 const ResolvedPostOps& given,
                                 const std::vector<DirectFactors>& factors, const RowBand& in,
                                 const RowBand& out) {
  ResolvedPostOps post_ops = given;
  const ResolvedPostOps rest = take_what_follows_a_sigmoid(post_ops);
  const DirectShape shape{in.channels, 2 * out.channels, 1, 1, 0, in.width, in.width};
  const AddendRows addends(post_ops, out);
  for (int dy = 0; dy < 2; ++dy) {
    const auto half = [dy](const std::vector<float>& values) {
      const auto middle = static_cast<std::ptrdiff_t>(values.size() / 2);
      return std::vector<float>(values.begin() + dy * middle, values.begin() + (dy + 1) * middle);
    };
    const RowRange rows{(out.rows.begin + 1 - dy) / 2, (out.rows.end + 1 - dy) / 2};
    if (rows.count() == 0) continue;
    const DirectCall call =
        call_of(builder, convolution, convolution.name + (dy == 0 ? ".upper" : ".lower"), shape,
                in.type, epilogue_of(post_ops, builder.slope, out), factors, half);
    for (const RowBand* band : {&in, &out}) builder.use(band->buffer);
    addends.use(builder);
    append(builder, call, rows, [in, out, addends, dy](const Addresses& addresses, int y) {
      DirectRow row{};
      row.in[0] = addresses.of(in.row(y));
      row.out = addresses.of(out.row(2 * y + dy));
      row.addend = addends.row(addresses, 2 * y + dy);
      return row;
    });
  }
  if (does_something(rest)) append_eltwise(builder, rest, out, out);
}

}  // namespace denoiseae
