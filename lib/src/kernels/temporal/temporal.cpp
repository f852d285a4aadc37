// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/temporal/temporal.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const TemporalVariant> temporal_variants() noexcept {
  static const std::array variants = {
      TemporalVariant{"c", &kTemporalC, true},
#ifdef __x86_64__
      TemporalVariant{"avx2", &kTemporalAvx2, has_avx2()},
      TemporalVariant{"avx512", &kTemporalAvx512, has_avx512()},
#endif
  };
  return variants;
}

const TemporalTables& temporal_tables() noexcept {
  static const TemporalTables& best = *best_variant(temporal_variants()).tables;
  return best;
}

}  // namespace denoiseae
