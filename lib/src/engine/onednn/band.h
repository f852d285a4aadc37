// SPDX-License-Identifier: LGPL-2.1-or-later
// What the steps of a plan read and write.
#pragma once

#include <cstddef>
#include <dnnl.hpp>
#include <optional>

#include "engine/onednn/draft.h"
#include "engine/onednn/stages.h"
#include "kernels/bfloat16.h"

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

/// The factor of negative values; 1 for none, and for sigmoid, which is computed apart. slope: of
/// leaky_relu.
inline float slope_of(Activation activation, float slope) {
  if (activation == Activation::relu) return 0;
  return activation == Activation::leaky_relu ? slope : 1;
}

template <typename Value>
Value* row_of(const Addresses& addresses, const Band& band, int y) {
  return reinterpret_cast<Value*>(addresses.of(band.row(y)));
}

/// Calls body with a value of the type.
template <typename Body>
void with_type(dnnl::memory::data_type type, const Body& body) {
  if (type == dnnl::memory::data_type::bf16) {
    body(Bfloat16{});
  } else {
    body(float{});
  }
}

}  // namespace denoiseae
