// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/caller_rows.h"

namespace denoiseae {

namespace {

PlanesView planes_of(const Addresses& addresses, const Band& band, Rows rows) {
  return {row_of<float>(addresses, band, rows.begin), band.channels, rows.count(), band.width};
}

using TakeRows = void (RowStream::*)(int first_row, const PlanesView& rows);

void append_call(Draft& draft, TakeRows take, const Band& band) {
  draft.use(band.place);
  draft.steps.emplace_back([=](const Addresses& addresses) {
    each_piece(band, [&](const Band& piece) {
      (addresses.rows->*take)(piece.rows.begin, planes_of(addresses, piece, piece.rows));
    });
  });
}

}  // namespace

void append_read_input(Draft& draft, const Band& out) {
  append_call(draft, &RowStream::read_input, out);
}

void append_read_past(Draft& draft, const Band& out) {
  append_call(draft, &RowStream::read_past, out);
}

void append_write_past(Draft& draft, const Band& past) {
  append_call(draft, &RowStream::write_past, past);
}

void append_write_output(Draft& draft, const Band& input, const Band& out) {
  draft.use(input.place);
  draft.use(out.place);
  draft.steps.emplace_back([=](const Addresses& addresses) {
    addresses.rows->write_output(out.rows.begin, planes_of(addresses, input, out.rows),
                                 planes_of(addresses, out, out.rows));
  });
}

}  // namespace denoiseae
