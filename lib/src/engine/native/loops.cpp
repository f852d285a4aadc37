// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/loops.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "kernels/convert/convert.h"
#include "kernels/eltwise/eltwise.h"

namespace denoiseae {

namespace {

EltwiseRow<float>* eltwise_row(float) { return eltwise_variant().row_float; }
EltwiseRow<Bfloat16>* eltwise_row(Bfloat16) { return eltwise_variant().row_bfloat16; }

template <typename Value>
void apply_sigmoid(Value* values, int count) {
  for (int i = 0; i < count; ++i) assign(values[i], 1 / (1 + std::exp(-to_float(values[i]))));
}

/// The post_ops of one row.
template <typename Value>
class RowEnd {
 public:
  RowEnd(const ResolvedPostOps& post_ops, const RowBand& out, float slope)
      : epilogue_(post_ops),
        out_(out),
        slopes_{slope_of(post_ops.before, slope), slope_of(post_ops.after, slope)} {}

  /// out: row y, may be in.
  void operator()(const Addresses& addresses, int y, const Value* in, Value* out) const {
    const auto count = static_cast<int>(out_.row_values());
    const Value* addend = addend_row(addresses, y);
    EltwiseRow<Value>* combine = eltwise_row(Value{});
    if (epilogue_.before == Activation::sigmoid) {
      combine(count, in, nullptr, out, {});
      apply_sigmoid(out, count);
      combine(count, out, addend, out, slopes_);
    } else {
      combine(count, in, addend, out, slopes_);
    }
    if (epilogue_.after == Activation::sigmoid) apply_sigmoid(out, count);
  }

 private:
  const Value* addend_row(const Addresses& addresses, int y) const {
    if (epilogue_.addend) {
      return reinterpret_cast<const Value*>(addresses.of(epilogue_.addend->row(y)));
    }
    if (epilogue_.plane == nullptr) return nullptr;
    return reinterpret_cast<const Value*>(epilogue_.plane) +
           static_cast<std::size_t>(y - out_.rows.begin) * out_.row_values();
  }

  ResolvedPostOps epilogue_;
  RowBand out_;
  Slopes slopes_;
};

/// Appends a call of each_row(addresses, y, end) for each of the rows of out; end is their RowEnd.
template <typename Value, typename EachRow>
void append_rows(PlanBuilder& builder, const ResolvedPostOps& post_ops, const RowBand& in,
                 const RowBand& out, EachRow each_row) {
  builder.use(in.buffer);
  builder.use(out.buffer);
  if (post_ops.addend) builder.use(post_ops.addend->buffer);
  builder.calls.emplace_back([rows = out.rows, end = RowEnd<Value>(post_ops, out, builder.slope),
                              each_row](const Addresses& addresses) mutable {
    for (int y = rows.begin; y < rows.end; ++y) each_row(addresses, y, end);
  });
}

}  // namespace

void append_eltwise(PlanBuilder& builder, const ResolvedPostOps& post_ops, const RowBand& in,
                    const RowBand& out) {
  with_type(in.type, [&]<typename Value>(Value) {
    append_rows<Value>(builder, post_ops, in, out,
                       [=](const Addresses& addresses, int y, const RowEnd<Value>& end) {
                         end(addresses, y, row_of<Value>(addresses, in, y),
                             row_of<Value>(addresses, out, y));
                       });
  });
}

void append_conversion(PlanBuilder& builder, const RowBand& in, const RowBand& out) {
  builder.use(in.buffer);
  builder.use(out.buffer);
  const auto append = [&]<typename In, typename Out>(In, Out) {
    builder.calls.emplace_back([=](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y)
        convert_row(row_of<In>(addresses, in, y), row_of<Out>(addresses, out, y), out.row_values());
    });
  };
  if (out.type == SampleType::fixed16) return append(float{}, Fixed16{});
  with_any_type(in.type, [&]<typename In>(In) {
    with_type(out.type, [&]<typename Out>(Out) { append(In{}, Out{}); });
  });
}

void append_spread(PlanBuilder& builder, const SpreadKernel& kernel,
                   const ResolvedPostOps& post_ops, const RowBand& in, const RowBand& out) {
  with_type(in.type, [&]<typename Value>(Value) {
    const int count = static_cast<int>(out.row_values());
    std::vector<float> sums(static_cast<std::size_t>(count));
    append_rows<Value>(builder, post_ops, in, out,
                       [=](const Addresses& addresses, int y, const RowEnd<Value>& end) mutable {
                         const int channels = out.channels;
                         for (int i = 0; i < count; ++i) sums[i] = kernel.bias[i % channels];
                         for (int iy = in.rows.begin; iy < in.rows.end; ++iy) {
                           const int ky = y - (iy * kernel.stride - kernel.padding);
                           if (ky < 0 || ky >= kernel.size) continue;
                           const Value* from =
                               row_of<Value>(addresses, in, iy) + ky * kernel.size * channels;
                           for (int ix = 0; ix < in.width; ++ix, from += in.channels) {
                             for (int kx = 0; kx < kernel.size; ++kx) {
                               const int x = ix * kernel.stride - kernel.padding + kx;
                               if (x < 0 || x >= out.width) continue;
                               for (int c = 0; c < channels; ++c) {
                                 sums[x * channels + c] += to_float(from[kx * channels + c]);
                               }
                             }
                           }
                         }
                         Value* row = row_of<Value>(addresses, out, y);
                         for (int i = 0; i < count; ++i) assign(row[i], sums[i]);
                         end(addresses, y, row, row);
                       });
  });
}

void append_move(PlanBuilder& builder, const RowBand& in, const RowBand& out) {
  builder.use(in.buffer);
  builder.use(out.buffer);
  builder.calls.emplace_back(
      [from = in.row(in.rows.begin), to = out.row(out.rows.begin),
       bytes = in.rows.count() * in.row_bytes()](const Addresses& addresses) {
        std::memmove(addresses.of(to), addresses.of(from), bytes);
      });
}

void append_reshape(PlanBuilder& builder, const RowBand& in, const RowBand& out) {
  builder.use(in.buffer);
  builder.use(out.buffer);
  with_type(in.type, [&]<typename Value>(Value) {
    builder.calls.emplace_back([=](const Addresses& addresses) {
      const auto* from = reinterpret_cast<const Value*>(addresses.of(in.row(in.rows.begin)));
      auto* to = reinterpret_cast<Value*>(addresses.of(out.row(out.rows.begin)));
      const int from_positions = in.rows.count() * in.width;
      const int positions = out.rows.count() * out.width;
      for (int p = 0; p < positions; ++p) {
        for (int c = 0; c < out.channels; ++c) {
          const int index = c * positions + p;
          to[p * out.channels + c] =
              from[index % from_positions * in.channels + index / from_positions];
        }
      }
    });
  });
}

}  // namespace denoiseae
