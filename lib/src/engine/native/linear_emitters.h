// SPDX-License-Identifier: LGPL-2.1-or-later
// The emitters of operations with weights. They know the constants of each operation and the
// arguments of each kernel that may compute it.
#pragma once

#include "engine/native/plan_context.h"

namespace denoiseae {

void emit_conv(PlanContext& context, const FusedOp& fused);
void emit_subpixel_conv(PlanContext& context, const FusedOp& fused);
void emit_transposed_conv(PlanContext& context, const FusedOp& fused);
void emit_batch_norm(PlanContext& context, const FusedOp& fused);
void emit_dense(PlanContext& context, const FusedOp& fused);

}  // namespace denoiseae
