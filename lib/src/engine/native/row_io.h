// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls of the source and the sink of a run. Bands are float32.
#pragma once

#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"

namespace denoiseae {

void append_read_input(PlanBuilder& builder, const RowBand& out);
void append_read_state(PlanBuilder& builder, const RowBand& out);
void append_write_state(PlanBuilder& builder, const RowBand& state);

/// input: at least the rows of out.
void append_write_output(PlanBuilder& builder, const RowBand& input, const RowBand& out);

}  // namespace denoiseae
