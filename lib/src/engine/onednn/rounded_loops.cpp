// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/rounded_loops.h"

#include <cstdint>

#include "kernels/round.h"

namespace denoiseae {

void append_rounding(Draft& draft, const Band& in, float scale, const Band& out) {
  draft.use(in.place);
  draft.use(out.place);
  const int count = static_cast<int>(out.row_values());
  draft.steps.emplace_back([=](const Addresses& addresses) {
    for (int y = out.rows.begin; y < out.rows.end; ++y) {
      round_variant().row(row_of<float>(addresses, in, y), row_of<std::uint8_t>(addresses, out, y),
                          count, 1 / scale);
    }
  });
}

void append_rounded_sum(Draft& draft, const Band& in, const RoundedBand& addend,
                        const RoundedBand& out) {
  for (const Band* band : {&in, &addend.band, &out.band}) draft.use(band->place);
  const SumFactors factors = factors_of(addend, out);
  const Segments segments{in.width, 2 * out.band.channels, in.channels};
  draft.steps.emplace_back([=](const Addresses& addresses) {
    const Rows rows = out.band.rows;
    for (int y = rows.begin; y < rows.end; ++y) {
      const float* groups = row_of<float>(addresses, in, y / 2) + y % 2 * segments.length;
      round_variant().sum_row(segments, groups, row_of<std::uint8_t>(addresses, addend.band, y),
                              row_of<std::uint8_t>(addresses, out.band, y), factors);
    }
  });
}

}  // namespace denoiseae
