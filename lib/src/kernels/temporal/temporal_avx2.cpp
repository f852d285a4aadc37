// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/temporal/temporal_loops.h"

namespace denoiseae {

constinit const TemporalTables kTemporalAvx2 = {kTemporalLoops<float>, kTemporalLoops<Bfloat16>};

}  // namespace denoiseae
