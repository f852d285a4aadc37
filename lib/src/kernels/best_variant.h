// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <span>

namespace denoiseae {

/// The last of a table's rows that runs on this CPU; the first one, plain C++, always does.
template <typename Variant>
const Variant& best_variant(std::span<const Variant> variants) {
  const Variant* best = nullptr;
  for (const Variant& variant : variants)
    if (variant.available) best = &variant;
  return *best;
}

}  // namespace denoiseae
