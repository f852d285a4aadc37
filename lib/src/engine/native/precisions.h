// SPDX-License-Identifier: LGPL-2.1-or-later
// The precisions that this CPU computes faster than plain C++ does. DENOISEAE_MAX_ISA may hold its
// instructions back.
#pragma once

#include <denoiseae/export.h>

namespace denoiseae {

DAE_API bool may_use_bfloat16() noexcept;
DAE_API bool may_use_int8() noexcept;
/// Returns DirectVariant::highest_pair of the kernels for int8.
DAE_API int highest_pair() noexcept;
/// Whether matrix tiles multiply both.
DAE_API bool may_use_tiles() noexcept;

}  // namespace denoiseae
