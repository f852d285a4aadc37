// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/direct_convolution.h"

#include <cstddef>
#include <string>
#include <vector>

#include "engine/onednn/cpu.h"
#include "kernels/direct_convolution/direct_convolution.h"

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

SampleType sample_type(Type type) {
  if (type == Type::bf16) return SampleType::bfloat16;
  return type == Type::u8 ? SampleType::code : SampleType::float32;
}

Type weight_type(Type type) { return type == Type::u8 ? Type::s8 : type; }

/// Whether the user lets the library use instructions that make this kernel fast.
bool has_kernel(Type type) {
#ifdef __x86_64__
  const bool may = type == Type::bf16 ? may_use_bfloat16()
                   : type == Type::u8 ? may_use_int8()
                                      : may_use(dnnl::cpu_isa::avx2);
  if (!may) return false;
#endif
  return true;
}

DirectShape shape_of(const Window& window, const RowBand& in, const RowBand& out) {
  return {in.channels,    out.channels, window.kernel, window.stride,
          window.padding, in.width,     out.width};
}

/// A convolution as the kernels take it.
struct DirectCall {
  std::string name;
  DirectShape shape;
  DirectConstants constants;
  DirectEpilogue end;
  BufferRef scratch;
};

/// name: a prefix of the names of the constants. select: takes weights, biases or scales of all
/// outputs, and returns those of the outputs of the shape.
template <typename Select>
DirectCall call_of(PlanBuilder& builder, const Convolution& convolution, const std::string& name,
                   const DirectShape& shape, Type type, const DirectEpilogue& end,
                   const Select& select) {
  const auto constant = [&](const char* what, Type of, std::size_t count, const auto& make) {
    return builder.weights.list(name + what, of, count, make);
  };
  const SampleType sample = sample_type(type);
  const auto weights = [&] { return direct_weights(shape, sample, select(convolution.weights())); };
  const auto lanes = [&](const std::vector<float>& values) {
    return direct_lanes(shape, select(values));
  };
  DirectCall call{
      convolution.name, shape, {}, end, builder.reserve(direct_scratch_bytes(shape, direct_variant(shape, sample)))};
  call.constants.weights =
      constant(".direct", weight_type(type), direct_weight_values(shape, sample), weights);
  call.constants.bias =
      static_cast<const float*>(constant(".direct_bias", Type::f32, direct_lane_values(shape),
                                         [&] { return lanes(convolution.bias()); }));
  if (!convolution.scales.empty()) {
    call.constants.scales =
        static_cast<const float*>(constant(".direct_scales", Type::f32, direct_lane_values(shape),
                                           [&] { return lanes(convolution.scales); }));
  }
  return call;
}

/// Appends a call that computes what row_of(addresses, y) returns for each of some rows.
template <typename RowOf>
void append(PlanBuilder& builder, const DirectCall& call, Type type, RowRange rows,
            const RowOf& row_of) {
  DirectConvolution* const compute = direct_variant(call.shape, sample_type(type)).rows;
  builder.calls.emplace_back([=, list = std::vector<DirectRow>(static_cast<std::size_t>(
                                     rows.count()))](const Addresses& addresses) mutable {
    for (int y = rows.begin; y < rows.end; ++y) list[y - rows.begin] = row_of(addresses, y);
    compute(call.shape, call.constants, call.end, list, addresses.of(call.scratch));
  });
  builder.calls.back().convolution = call.name;
}

void use(PlanBuilder& builder, const RowBand& in, const RowBand* addend, const RowBand& out) {
  builder.use(in.buffer);
  builder.use(out.buffer);
  if (addend != nullptr) builder.use(addend->buffer);
}

DirectEpilogue epilogue_of(const ResolvedPostOps& post_ops, float slope, const RowBand& out) {
  DirectEpilogue end;
  end.before = slope_of(post_ops.before, slope);
  end.after = slope_of(post_ops.after, slope);
  end.sigmoid = post_ops.before == Activation::sigmoid || post_ops.after == Activation::sigmoid;
  end.out = sample_type(out.type);
  end.addend = sample_type(post_ops.addend ? post_ops.addend->type : out.type);
  return end;
}

/// Appends both rows that a row of the input becomes: the channels of the one are the first half of
/// the groups, those of the other the second half.
void append_subpixel_rows(PlanBuilder& builder, const Convolution& convolution, const RowBand& in,
                          const RowBand* addend, const DirectEpilogue& end, const RowBand& out) {
  const DirectShape shape{in.channels, 2 * out.channels, 1, 1, 0, in.width, in.width};
  for (int dy = 0; dy < 2; ++dy) {
    const auto half = [dy](const std::vector<float>& values) {
      const auto middle = static_cast<std::ptrdiff_t>(values.size() / 2);
      return std::vector<float>(values.begin() + dy * middle, values.begin() + (dy + 1) * middle);
    };
    const RowRange rows{(out.rows.begin + 1 - dy) / 2, (out.rows.end + 1 - dy) / 2};
    if (rows.count() == 0) continue;
    const DirectCall call =
        call_of(builder, convolution, convolution.name + (dy == 0 ? ".upper" : ".lower"), shape,
                in.type, end, half);
    use(builder, in, addend, out);
    append(builder, call, in.type, rows,
           [in, out, dy, has_addend = addend != nullptr, added = addend == nullptr ? out : *addend](
               const Addresses& addresses, int y) {
             DirectRow row{};
             row.in[0] = addresses.of(in.row(y));
             row.out = addresses.of(out.row(2 * y + dy));
             if (has_addend) row.addend = addresses.of(added.row(2 * y + dy));
             return row;
           });
  }
}

}  // namespace

bool suits_direct(const Window& window, const ResolvedPostOps& post_ops, const RowBand& in) {
  const bool has_sum = post_ops.addend || post_ops.plane != nullptr;
  return window.kernel <= kMaxDirectKernel && has_kernel(in.type) &&
         in.channels % inputs_of_word(sample_type(in.type)) == 0 &&
         !(post_ops.before == Activation::sigmoid &&
           (has_sum || post_ops.after != Activation::none)) &&
         !(post_ops.addend && post_ops.addend->type == Type::u8);
}

void append_direct_convolution(PlanBuilder& builder, const Convolution& convolution,
                               const ResolvedPostOps& post_ops, float factor, const RowBand& in,
                               const RowBand& out) {
  const DirectShape shape = shape_of(convolution.window, in, out);
  DirectEpilogue end = epilogue_of(post_ops, builder.slope, out);
  end.factor = factor;
  const auto all = [](const std::vector<float>& values) { return values; };
  const DirectCall call = call_of(builder, convolution, convolution.name, shape, in.type, end, all);
  use(builder, in, post_ops.addend ? &*post_ops.addend : nullptr, out);
  append(builder, call, in.type, out.rows,
         [in, out, addend = post_ops.addend, plane = post_ops.plane, window = convolution.window](
             const Addresses& addresses, int y) {
           DirectRow row{};
           for (int k = 0; k < window.kernel; ++k) {
             const int at = y * window.stride - window.padding + k;
             if (at >= in.rows.begin && at < in.rows.end) row.in[k] = addresses.of(in.row(at));
           }
           row.out = addresses.of(out.row(y));
           if (addend) row.addend = addresses.of(addend->row(y));
           if (plane != nullptr) {
             row.addend = plane + static_cast<std::size_t>(y - out.rows.begin) * out.row_bytes();
           }
           return row;
         });
}

bool suits_direct_subpixel_conv(const ResolvedPostOps& post_ops, const RowBand& in) {
  return post_ops.before == Activation::none && post_ops.plane == nullptr &&
         suits_direct({}, post_ops, in);
}

void append_direct_subpixel_conv(PlanBuilder& builder, const Convolution& convolution,
                                 const ResolvedPostOps& post_ops, const RowBand& in,
                                 const RowBand& out) {
  append_subpixel_rows(builder, convolution, in, post_ops.addend ? &*post_ops.addend : nullptr,
                       epilogue_of(post_ops, builder.slope, out), out);
}

void append_quantised_direct_subpixel_conv(PlanBuilder& builder, const Convolution& convolution,
                                           const RowBand& in, const QuantisedBand& addend,
                                           const QuantisedBand& out) {
  DirectEpilogue end;
  end.addend_factor = addend.scale;
  end.factor = 1 / out.scale;
  end.out = sample_type(out.band.type);
  end.addend = sample_type(addend.band.type);
  append_subpixel_rows(builder, convolution, in, &addend.band, end, out.band);
}

}  // namespace denoiseae
