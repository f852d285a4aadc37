// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/temporal/temporal_loops.h"

namespace denoiseae {

constinit const TemporalTables kTemporalC = {kTemporalLoops<float>, kTemporalLoops<Bfloat16>,
                                             spatial_input_row<Fixed16>};

}  // namespace denoiseae
