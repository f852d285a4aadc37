// SPDX-License-Identifier: LGPL-2.1-or-later
// The precisions that this CPU computes faster than plain C++ does. DENOISEAE_MAX_ISA may hold its
// instructions back.
#pragma once

#include "kernels/instruction_limit.h"

namespace denoiseae {

bool may_use_bfloat16() noexcept;
bool may_use_int8() noexcept;
/// Whether Fixed16 is multiplied faster than float32, and bfloat16 is not there.
bool may_use_fixed16() noexcept;
/// Returns DirectVariant::highest_pair of the kernels for int8.
int highest_pair() noexcept;
/// Returns the largest set of instructions that the CPU has, convolutions use, and the user allows.
InstructionSet best_instruction_set() noexcept;
/// Whether matrix tiles multiply both.
bool may_use_tiles() noexcept;

}  // namespace denoiseae
