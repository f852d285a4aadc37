// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <span>

#include "kernels/instruction_limit.h"

namespace denoiseae {

/// Returns the last row of a table that runs on this CPU and that the user allows. The first row is
/// plain C++ and always runs.
template <typename Variant>
const Variant& best_variant(std::span<const Variant> variants) {
  const Variant* best = nullptr;
  for (const Variant& variant : variants)
    if (variant.available && is_allowed(variant.name)) best = &variant;
  return *best;
}

/// Returns the same row, or null if it is the plain C++ of an operation that another kernel
/// computes faster.
template <typename Variant>
const Variant* fast_variant(std::span<const Variant> variants) {
  const Variant* const best = &best_variant(variants);
  return best != &variants.front() ? best : nullptr;
}

}  // namespace denoiseae
