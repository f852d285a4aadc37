// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/temporal/temporal_vectors.h"

namespace denoiseae {

constinit const TemporalTables kTemporalAvx512 = {
    kTemporalVectors<float>, kTemporalVectors<Bfloat16>, spatial_input_vectors<Fixed16>};

}  // namespace denoiseae
