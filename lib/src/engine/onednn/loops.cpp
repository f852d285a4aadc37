// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/loops.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "kernels/combine.h"

namespace denoiseae {

namespace {

CombineRow<float>* combine_row(float) { return combine_variant().row_float; }
CombineRow<Bfloat16>* combine_row(Bfloat16) { return combine_variant().row_bfloat16; }

template <typename Value>
void apply_sigmoid(Value* values, int count) {
  for (int i = 0; i < count; ++i) assign(values[i], 1 / (1 + std::exp(-to_float(values[i]))));
}

/// The epilogue of one row.
template <typename Value>
class RowEnd {
 public:
  RowEnd(const PlacedEpilogue& epilogue, const Band& out, float slope)
      : epilogue_(epilogue),
        out_(out),
        slopes_{slope_of(epilogue.before, slope), slope_of(epilogue.after, slope)} {}

  /// out: row y, may be in.
  void operator()(const Addresses& addresses, int y, const Segments& segments, const Value* in,
                  Value* out) const {
    const int count = segments.count * segments.length;
    const Value* addend = addend_row(addresses, y);
    CombineRow<Value>* combine = combine_row(Value{});
    if (epilogue_.before == Activation::sigmoid) {
      combine(segments, in, nullptr, out, {});
      apply_sigmoid(out, count);
      combine({1, count, count}, out, addend, out, slopes_);
    } else {
      combine(segments, in, addend, out, slopes_);
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

  PlacedEpilogue epilogue_;
  Band out_;
  Slopes slopes_;
};

/// Appends a step that calls each_row(addresses, y, end) for the rows of out; end is their RowEnd.
template <typename Value, typename EachRow>
void append_rows(Draft& draft, const PlacedEpilogue& epilogue, const Band& in, const Band& out,
                 EachRow each_row) {
  draft.use(in.place);
  draft.use(out.place);
  if (epilogue.addend) draft.use(epilogue.addend->place);
  draft.steps.emplace_back([rows = out.rows, end = RowEnd<Value>(epilogue, out, draft.slope),
                            each_row](const Addresses& addresses) mutable {
    for (int y = rows.begin; y < rows.end; ++y) each_row(addresses, y, end);
  });
}

}  // namespace

void append_combination(Draft& draft, const PlacedEpilogue& epilogue, const Band& in,
                        const Band& out) {
  with_type(in.type, [&]<typename Value>(Value) {
    const int count = static_cast<int>(out.row_values());
    append_rows<Value>(draft, epilogue, in, out,
                       [=](const Addresses& addresses, int y, const RowEnd<Value>& end) {
                         end(addresses, y, {1, count, count}, row_of<Value>(addresses, in, y),
                             row_of<Value>(addresses, out, y));
                       });
  });
}

void append_depth_to_space(Draft& draft, const PlacedEpilogue& epilogue, const Band& in,
                           const Band& out) {
  with_type(in.type, [&]<typename Value>(Value) {
    const Segments segments{in.width, 2 * out.channels, in.channels};
    append_rows<Value>(
        draft, epilogue, in, out, [=](const Addresses& addresses, int y, const RowEnd<Value>& end) {
          const Value* groups = row_of<Value>(addresses, in, y / 2) + y % 2 * segments.length;
          end(addresses, y, segments, groups, row_of<Value>(addresses, out, y));
        });
  });
}

void append_spread(Draft& draft, const Taps& taps, const PlacedEpilogue& epilogue, const Band& in,
                   const Band& out) {
  with_type(in.type, [&]<typename Value>(Value) {
    const int count = static_cast<int>(out.row_values());
    std::vector<float> sums(static_cast<std::size_t>(count));
    append_rows<Value>(draft, epilogue, in, out,
                       [=](const Addresses& addresses, int y, const RowEnd<Value>& end) mutable {
                         const int channels = out.channels;
                         for (int i = 0; i < count; ++i) sums[i] = taps.bias[i % channels];
                         for (int iy = in.rows.begin; iy < in.rows.end; ++iy) {
                           const int ky = y - (iy * taps.stride - taps.padding);
                           if (ky < 0 || ky >= taps.kernel) continue;
                           const Value* from =
                               row_of<Value>(addresses, in, iy) + ky * taps.kernel * channels;
                           for (int ix = 0; ix < in.width; ++ix, from += in.channels) {
                             for (int kx = 0; kx < taps.kernel; ++kx) {
                               const int x = ix * taps.stride - taps.padding + kx;
                               if (x < 0 || x >= out.width) continue;
                               for (int c = 0; c < channels; ++c) {
                                 sums[x * channels + c] += to_float(from[kx * channels + c]);
                               }
                             }
                           }
                         }
                         Value* row = row_of<Value>(addresses, out, y);
                         for (int i = 0; i < count; ++i) assign(row[i], sums[i]);
                         end(addresses, y, {1, count, count}, row, row);
                       });
  });
}

void append_move(Draft& draft, const Band& in, const Band& out) {
  draft.use(in.place);
  draft.use(out.place);
  draft.steps.emplace_back([from = in.row(in.rows.begin), to = out.row(out.rows.begin),
                            bytes = in.rows.count() * in.row_bytes()](const Addresses& addresses) {
    std::memmove(addresses.of(to), addresses.of(from), bytes);
  });
}

void append_reshape(Draft& draft, const Band& in, const Band& out) {
  draft.use(in.place);
  draft.use(out.place);
  with_type(in.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=](const Addresses& addresses) {
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
