// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/quantised_loops.h"

#include <cstdint>

#include "kernels/quantise/quantise.h"

namespace denoiseae {

void append_quantisation(PlanBuilder& builder, const RowBand& in, float scale, const RowBand& out) {
  builder.use(in.buffer);
  builder.use(out.buffer);
  const int count = static_cast<int>(out.row_values());
  builder.calls.emplace_back([=](const Addresses& addresses) {
    for (int y = out.rows.begin; y < out.rows.end; ++y) {
      quantise_variant().row(row_of<float>(addresses, in, y),
                             row_of<std::uint8_t>(addresses, out, y), count, 1 / scale);
    }
  });
}

void append_quantised_sum(PlanBuilder& builder, const RowBand& in, const QuantisedBand& addend,
                          const QuantisedBand& out) {
  for (const RowBand* band : {&in, &addend.band, &out.band}) builder.use(band->buffer);
  const SumFactors factors = factors_of(addend, out);
  const Segments segments{in.width, 2 * out.band.channels, in.channels};
  builder.calls.emplace_back([=](const Addresses& addresses) {
    const RowRange rows = out.band.rows;
    for (int y = rows.begin; y < rows.end; ++y) {
      const float* groups = row_of<float>(addresses, in, y / 2) + y % 2 * segments.length;
      quantise_variant().sum_row(segments, groups, row_of<std::uint8_t>(addresses, addend.band, y),
                                 row_of<std::uint8_t>(addresses, out.band, y), factors);
    }
  });
}

}  // namespace denoiseae
