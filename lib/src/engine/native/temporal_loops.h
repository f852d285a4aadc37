// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations that mix the frame and the recurrent state (net/graph.h gives their formulas).
// Bands of the frame and the state are float32.
#pragma once

#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"

namespace denoiseae {

void append_change_features(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                            const RowBand& out);

/// gate_height: the height of the whole gate.
void append_temporal_update(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                            const RowBand& gate, int gate_height, const RowBand& out);

/// out: of any type but code.
void append_spatial_input(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                          const RowBand& out);

/// out: float32.
void append_add_innovation(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                           const RowBand& residual, const RowBand& out);

/// Computes update_state and add_innovation of the same state and residual, and hands each row of
/// both to the caller while it is in the cache. rows: of the output.
void append_last_rows(PlanBuilder& builder, const RowBand& frame, const RowBand& state,
                      const RowBand& residual, RowRange rows);

/// out: float32.
void append_update_state(PlanBuilder& builder, const RowBand& state, const RowBand& residual,
                         const RowBand& out);

}  // namespace denoiseae
