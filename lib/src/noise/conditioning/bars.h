// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include "layout/tensor_view.h"
#include "noise/estimation/interior.h"

namespace denoiseae {

/// Sets the residual of packed rows to 0 in the bars around the interior of a frame, which have no
/// noise. Positions that hold a part of a bar keep theirs. first_row: of the packed planes.
/// residual: its first kPackedChannels channels are set.
DAE_API void clear_bars(const Interior& interior, int first_row, const TensorView& residual);

}  // namespace denoiseae
