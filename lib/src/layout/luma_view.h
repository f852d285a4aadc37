// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace denoiseae {

/// A plane of 8-bit samples that someone else owns, with any stride. Its size is agreed elsewhere.
/// data is null where there is no plane.
struct LumaView {
  const std::uint8_t* data = nullptr;
  std::ptrdiff_t stride_bytes = 0;
};

}  // namespace denoiseae
