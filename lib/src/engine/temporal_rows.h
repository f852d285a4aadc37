// SPDX-License-Identifier: LGPL-2.1-or-later
// kernels/temporal.h for engines that do not choose kernels themselves: the fastest on this CPU.
#pragma once

#include <denoiseae/export.h>

#include "kernels/temporal.h"

namespace denoiseae {

/// Value: float or Bfloat16.
template <typename Value>
DAE_API const TemporalRows<Value>& temporal_rows() noexcept;

}  // namespace denoiseae
