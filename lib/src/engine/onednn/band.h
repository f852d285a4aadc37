// SPDX-License-Identifier: LGPL-2.1-or-later
// What the steps of a plan read and write.
#pragma once

#include <cstddef>
#include <dnnl.hpp>
#include <optional>

#include "engine/onednn/draft.h"
#include "engine/onednn/stages.h"

namespace denoiseae {

/// Rows of a picture in memory, width x channels values each, without gaps.
struct Band {
  Place place;
  dnnl::memory::data_type type = dnnl::memory::data_type::f32;
  int channels = 0;
  int width = 0;
  Rows rows;

  std::size_t row_values() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  }
  std::size_t row_bytes() const { return row_values() * dnnl::memory::data_type_size(type); }
  Place row(int y) const { return place + static_cast<std::size_t>(y - rows.begin) * row_bytes(); }
};

/// after(before(x) + addend), with what is added found.
struct PlacedEpilogue {
  Activation before = Activation::none;
  std::optional<Band> addend;   ///< at least the rows of the output
  const char* plane = nullptr;  ///< or constants: the rows of the output, values of the type of x
  Activation after = Activation::none;
};

}  // namespace denoiseae
