// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations of graphs with a past (net/graph.h gives their formulas). Bands of frame and past
// are float32.
#pragma once

#include "engine/onednn/band.h"
#include "engine/onednn/draft.h"

namespace denoiseae {

void append_motion_evidence(Draft& draft, const Band& frame, const Band& past, const Band& out);

/// gate_height: of the whole gate.
void append_temporal_update(Draft& draft, const Band& frame, const Band& past, const Band& gate,
                            int gate_height, const Band& out);

void append_spatial_input(Draft& draft, const Band& frame, const Band& past, const Band& out);

/// out: float32.
void append_add_innovation(Draft& draft, const Band& frame, const Band& past, const Band& residual,
                           const Band& out);

/// remember and add_innovation of the same past and residual, and what takes their rows: one row
/// after the other, while it is in the cache. rows: of the output.
void append_last_rows(Draft& draft, const Band& frame, const Band& past, const Band& residual,
                      Rows rows);

/// out: float32.
void append_remember(Draft& draft, const Band& past, const Band& residual, const Band& out);

}  // namespace denoiseae
