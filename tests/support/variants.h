// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "support/check.h"

namespace denoiseae::test {

/// Returns the rows of a table of kernels that this CPU runs, and reports that the running test
/// does without the others.
template <typename Variant>
std::vector<Variant> available(std::span<const Variant> variants) {
  std::vector<Variant> result;
  for (const Variant& variant : variants) {
    if (variant.available)
      result.push_back(variant);
    else
      skip_part(std::string(variant.name), "this CPU lacks its instructions");
  }
  return result;
}

}  // namespace denoiseae::test
