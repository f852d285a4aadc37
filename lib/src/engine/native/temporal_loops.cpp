// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/temporal_loops.h"

#include "kernels/temporal/temporal.h"
#include "layout/packed_layout.h"

namespace denoiseae {

void append_change_features(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                            const RowBand& out) {
  for (const RowBand* band : {&frame, &state, &out}) builder.use(band->buffer);
  with_type(out.type, [&]<typename Value>(Value) {
    builder.calls.emplace_back([=, &rows = temporal_rows<Value>()](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        const auto two_rows = [&](const RowBand& band) {
          return TwoRows{row_of<const float>(addresses, band, 2 * y),
                         row_of<const float>(addresses, band, 2 * y + 1)};
        };
        rows.change_features(two_rows(frame), two_rows(state), out.width,
                             row_of<Value>(addresses, out, y));
      }
    });
  });
}

void append_temporal_update(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                            const RowBand& gate, int gate_height, const RowBand& out) {
  for (const RowBand* band : {&frame, &state, &gate, &out}) builder.use(band->buffer);
  with_type(gate.type, [&]<typename Value>(Value) {
    builder.calls.emplace_back([=, &rows = temporal_rows<Value>()](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y) {
        const Between between = between_halves(y, gate_height);
        const GateRows<Value> gates{row_of<Value>(addresses, gate, between.first),
                                    row_of<Value>(addresses, gate, between.second),
                                    between.second_weight};
        rows.temporal_update(row_of<const float>(addresses, frame, y),
                             row_of<const float>(addresses, state, y), gates, out.width,
                             row_of<float>(addresses, out, y));
      }
    });
  });
}

void append_spatial_input(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                          const RowBand& out) {
  for (const RowBand* band : {&frame, &state, &out}) builder.use(band->buffer);
  const auto append = [&]<typename Value>(SpatialInputRow<Value>* spatial_input) {
    builder.calls.emplace_back([=](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y)
        spatial_input(row_of<const float>(addresses, frame, y),
                      row_of<const float>(addresses, state, y), out.width,
                      row_of<Value>(addresses, out, y));
    });
  };
  if (out.type == SampleType::fixed16) return append(temporal_tables().fixed16_spatial_input);
  with_type(out.type, [&]<typename Value>(Value) { append(temporal_rows<Value>().spatial_input); });
}

void append_update_state(PlanBuilder& builder, const RowBand& state, const RowBand& residual,
                         const RowBand& out) {
  for (const RowBand* band : {&state, &residual, &out}) builder.use(band->buffer);
  with_type(residual.type, [&]<typename Value>(Value) {
    builder.calls.emplace_back([=, &rows = temporal_rows<Value>()](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y)
        rows.update_state(row_of<const float>(addresses, state, y),
                          row_of<const Value>(addresses, residual, y), out.width,
                          row_of<float>(addresses, out, y));
    });
  });
}

void append_add_innovation(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                           const RowBand& residual, const RowBand& out) {
  for (const RowBand* band : {&frame, &state, &residual, &out}) builder.use(band->buffer);
  with_type(residual.type, [&]<typename Value>(Value) {
    builder.calls.emplace_back([=, &rows = temporal_rows<Value>()](const Addresses& addresses) {
      for (int y = out.rows.begin; y < out.rows.end; ++y)
        rows.add_innovation(row_of<const float>(addresses, frame, y),
                            row_of<const float>(addresses, state, y),
                            row_of<const Value>(addresses, residual, y), out.width,
                            row_of<float>(addresses, out, y));
    });
  });
}

void append_last_rows(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                      const RowBand& residual, RowRange rows) {
  const auto one_row = [&](int channels) {
    RowBand band{.channels = channels, .width = frame.width, .rows = {0, 1}};
    return band.moved_to(builder.reserve(band.row_bytes()));
  };
  const RowBand remembered = one_row(state.channels), noise = one_row(kPackedChannels);
  for (const RowBand* band : {&frame, &state, &residual}) builder.use(band->buffer);
  with_type(residual.type, [&]<typename Value>(Value) {
    builder.calls.emplace_back([=, &loops = temporal_rows<Value>()](const Addresses& addresses) {
      const auto view = [&](const RowBand& band, int y) {
        return TensorView{row_of<float>(addresses, band, y), band.channels, 1, band.width};
      };
      const TensorView memory = view(remembered, 0), out = view(noise, 0);
      for (int y = rows.begin; y < rows.end; ++y) {
        const TensorView in = view(frame, y), before = view(state, y);
        const auto* of_residual = row_of<const Value>(addresses, residual, y);
        loops.update_state(before.data, of_residual, state.width, memory.data);
        addresses.sink->write_state(y, memory);
        loops.add_innovation(in.data, before.data, of_residual, frame.width, out.data);
        addresses.sink->write_output(y, in, out);
      }
    });
  });
}

}  // namespace denoiseae
