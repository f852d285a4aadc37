// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/temporal_loops.h"

#include "engine/temporal_rows.h"

namespace denoiseae {

void append_motion_evidence(Draft& draft, const Band& frame, const Band& past, const Band& out) {
  for (const Band* band : {&frame, &past, &out}) draft.use(band->place);
  with_type(out.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=, &rows = temporal_rows<Value>()](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        const auto two_rows = [&](const Band& band) {
          return TwoRows{row_of<const float>(addresses, band, 2 * y),
                         row_of<const float>(addresses, band, 2 * y + 1)};
        };
        rows.motion_evidence(two_rows(frame), two_rows(past), out.width,
                             row_of<Value>(addresses, out, y));
      }
    });
  });
}

void append_temporal_update(Draft& draft, const Band& frame, const Band& past, const Band& gate,
                            int gate_height, const Band& out) {
  for (const Band* band : {&frame, &past, &gate, &out}) draft.use(band->place);
  with_type(gate.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=, &rows = temporal_rows<Value>()](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        const Between between = between_halves(y, gate_height);
        const GateRows<Value> gates{row_of<Value>(addresses, gate, between.first),
                                    row_of<Value>(addresses, gate, between.second),
                                    between.second_weight};
        rows.temporal_update(row_of<const float>(addresses, frame, y),
                             row_of<const float>(addresses, past, y), gates, out.width,
                             row_of<float>(addresses, out, y));
      }
    });
  });
}

void append_spatial_input(Draft& draft, const Band& frame, const Band& past, const Band& out) {
  for (const Band* band : {&frame, &past, &out}) draft.use(band->place);
  with_type(out.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=, &rows = temporal_rows<Value>()](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y)
        rows.spatial_input(row_of<const float>(addresses, frame, y),
                           row_of<const float>(addresses, past, y), out.width,
                           row_of<Value>(addresses, out, y));
    });
  });
}

void append_remember(Draft& draft, const Band& past, const Band& residual, const Band& out) {
  for (const Band* band : {&past, &residual, &out}) draft.use(band->place);
  with_type(residual.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=, &rows = temporal_rows<Value>()](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y)
        rows.remember(row_of<const float>(addresses, past, y),
                      row_of<const Value>(addresses, residual, y), out.width,
                      row_of<float>(addresses, out, y));
    });
  });
}

void append_add_innovation(Draft& draft, const Band& frame, const Band& past, const Band& residual,
                           const Band& out) {
  for (const Band* band : {&frame, &past, &residual, &out}) draft.use(band->place);
  with_type(residual.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=, &rows = temporal_rows<Value>()](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y)
        rows.add_innovation(row_of<const float>(addresses, frame, y),
                            row_of<const float>(addresses, past, y),
                            row_of<const Value>(addresses, residual, y), out.width,
                            row_of<float>(addresses, out, y));
    });
  });
}

void append_last_rows(Draft& draft, const Band& frame, const Band& past, const Band& residual,
                      Rows rows) {
  const auto one_row = [&](int channels) {
    Band band{.channels = channels, .width = frame.width, .rows = {0, 1}};
    return band.moved_to(draft.reserve(band.row_bytes()));
  };
  const Band remembered = one_row(past.channels), noise = one_row(kPackedChannels);
  for (const Band* band : {&frame, &past, &residual}) draft.use(band->place);
  with_type(residual.type, [&]<typename Value>(Value) {
    draft.steps.emplace_back([=, &loops = temporal_rows<Value>()](const Addresses& addresses) {
      const auto view = [&](const Band& band, int y) {
        return PlanesView{row_of<float>(addresses, band, y), band.channels, 1, band.width};
      };
      const PlanesView memory = view(remembered, 0), out = view(noise, 0);
      for (int y = rows.begin; y < rows.end; ++y) {
        const PlanesView in = view(frame, y), before = view(past, y);
        const auto* of_residual = row_of<const Value>(addresses, residual, y);
        loops.remember(before.data, of_residual, past.width, memory.data);
        addresses.rows->write_past(y, memory);
        loops.add_innovation(in.data, before.data, of_residual, frame.width, out.data);
        addresses.rows->write_output(y, in, out);
      }
    });
  });
}

}  // namespace denoiseae
