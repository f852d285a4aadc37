// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace denoiseae {

/// 8-bit samples that someone else owns; the size is agreed elsewhere. Any stride. data is null
/// where there is no picture.
struct LumaView {
  const std::uint8_t* data = nullptr;
  std::ptrdiff_t stride_bytes = 0;
};

}  // namespace denoiseae
