// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/row_io.h"

namespace denoiseae {

namespace {

TensorView tensor_of(const Addresses& addresses, const RowBand& band, RowRange rows) {
  return {row_of<float>(addresses, band, rows.begin), band.channels, rows.count(), band.width};
}

/// Appends a call of take(addresses, first row, rows) for each part of band that lies in one piece.
template <typename Take>
void append_call(PlanBuilder& builder, const RowBand& band, const Take& take) {
  builder.use(band.buffer);
  builder.calls.emplace_back([=](const Addresses& addresses) {
    each_contiguous(band, [&](const RowBand& part) {
      take(addresses, part.rows.begin, tensor_of(addresses, part, part.rows));
    });
  });
}

}  // namespace

void append_read_input(PlanBuilder& builder, const RowBand& out) {
  append_call(builder, out, [](const Addresses& addresses, int first_row, const TensorView& rows) {
    addresses.source->read_input(first_row, rows);
  });
}

void append_read_state(PlanBuilder& builder, const RowBand& out) {
  append_call(builder, out, [](const Addresses& addresses, int first_row, const TensorView& rows) {
    addresses.source->read_state(first_row, rows);
  });
}

void append_write_state(PlanBuilder& builder, const RowBand& state) {
  append_call(builder, state,
              [](const Addresses& addresses, int first_row, const TensorView& rows) {
                addresses.sink->write_state(first_row, rows);
              });
}

void append_write_output(PlanBuilder& builder, const RowBand& input, const RowBand& out) {
  builder.use(input.buffer);
  builder.use(out.buffer);
  builder.calls.emplace_back([=](const Addresses& addresses) {
    addresses.sink->write_output(out.rows.begin, tensor_of(addresses, input, out.rows),
                                 tensor_of(addresses, out, out.rows));
  });
}

}  // namespace denoiseae
