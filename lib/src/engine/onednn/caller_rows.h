// SPDX-License-Identifier: LGPL-2.1-or-later
// The steps that call the RowStream of a run. Bands are float32.
#pragma once

#include "engine/onednn/band.h"
#include "engine/onednn/draft.h"

namespace denoiseae {

void append_read_input(Draft& draft, const Band& out);
void append_read_past(Draft& draft, const Band& out);
void append_write_past(Draft& draft, const Band& past);

/// input: at least the rows of out.
void append_write_output(Draft& draft, const Band& input, const Band& out);

}  // namespace denoiseae
