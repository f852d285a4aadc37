// SPDX-License-Identifier: LGPL-2.1-or-later
// THE table of the operations in this engine. It says how each becomes calls of kernels.
#pragma once

#include "engine/native/plan_context.h"

namespace denoiseae {

/// Appends the calls that compute a fused operation in one row tile.
void emit_op(PlanContext& context, const FusedOp& fused);

/// Whether it is computed only by loops along rows, which can read and write values that lie in a
/// ring of rows.
bool goes_by_rows(const Graph& graph, const FusedOp& fused);

}  // namespace denoiseae
