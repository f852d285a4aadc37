// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_loops.h"
#include "kernels/direct_convolution/direct_products.h"

namespace denoiseae {

static_assert(HWY_TARGET == HWY_SSSE3);

void direct_float32_sse41(const DirectShape& shape, const DirectConstants& constants,
                          const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                          void* scratch) {
  direct_rows<FloatProducts>(shape, SampleType::float32, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
