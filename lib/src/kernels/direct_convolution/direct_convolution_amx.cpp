// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/direct_convolution/direct_tile_loops.h"

namespace denoiseae {

static_assert(HWY_TARGET == HWY_AVX3);

void direct_bfloat16_amx(const DirectShape& shape, const DirectConstants& constants,
                         const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                         void* scratch) {
  direct_tile_rows<AmxTiles, SampleType::bfloat16>(shape, constants, epilogue, rows, scratch);
}

void direct_codes_amx(const DirectShape& shape, const DirectConstants& constants,
                      const DirectEpilogue& epilogue, std::span<const DirectRow> rows,
                      void* scratch) {
  direct_tile_rows<AmxTiles, SampleType::code>(shape, constants, epilogue, rows, scratch);
}

}  // namespace denoiseae
