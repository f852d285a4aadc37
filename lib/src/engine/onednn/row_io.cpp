// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/row_io.h"

namespace denoiseae {

namespace {

TensorView planes_of(const Addresses& addresses, const RowBand& band, RowRange rows) {
  return {row_of<float>(addresses, band, rows.begin), band.channels, rows.count(), band.width};
}

using TakeRows = void (RowStream::*)(int first_row, const TensorView& rows);

void append_call(PlanBuilder& builder, TakeRows take, const RowBand& band) {
  builder.use(band.buffer);
  builder.calls.emplace_back([=](const Addresses& addresses) {
    each_contiguous(band, [&](const RowBand& allocation) {
      (addresses.rows->*take)(allocation.rows.begin,
                              planes_of(addresses, allocation, allocation.rows));
    });
  });
}

}  // namespace

void append_read_input(PlanBuilder& builder, const RowBand& out) {
  append_call(builder, &RowStream::read_input, out);
}

void append_read_state(PlanBuilder& builder, const RowBand& out) {
  append_call(builder, &RowStream::read_state, out);
}

void append_write_state(PlanBuilder& builder, const RowBand& state) {
  append_call(builder, &RowStream::write_state, state);
}

void append_write_output(PlanBuilder& builder, const RowBand& input, const RowBand& out) {
  builder.use(input.buffer);
  builder.use(out.buffer);
  builder.calls.emplace_back([=](const Addresses& addresses) {
    addresses.rows->write_output(out.rows.begin, planes_of(addresses, input, out.rows),
                                 planes_of(addresses, out, out.rows));
  });
}

}  // namespace denoiseae
