// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of values that the calls of a plan read and write.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/native/fused_ops.h"
#include "engine/native/plan_builder.h"
#include "kernels/bfloat16.h"
#include "kernels/sample_type.h"

namespace denoiseae {

/// Rows of a picture in memory, width x channels values each, without gaps.
struct RowBand {
  BufferRef buffer;  ///< the place of the row `first`
  int first = 0;     ///< rows.begin, or before it
  /// The number of rows in the ring: the row first + ring lies where first does. 0: no ring.
  int ring = 0;
  SampleType type = SampleType::float32;
  int channels = 0;
  int width = 0;
  RowRange rows;

  std::size_t row_values() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  }
  std::size_t row_bytes() const { return row_values() * bytes_of(type); }
  BufferRef row(int y) const {
    const int index = ring == 0 ? y - first : (y - first) % ring;
    return buffer + static_cast<std::size_t>(index) * row_bytes();
  }

  RowBand part(RowRange of) const {
    RowBand result = *this;
    result.rows = of;
    return result;
  }
  /// A band for these rows in other memory, without a ring.
  RowBand moved_to(BufferRef other) const {
    RowBand result = *this;
    result.buffer = other;
    result.first = rows.begin;
    result.ring = 0;
    return result;
  }
};

/// Calls body with the parts of a band whose rows lie one behind the other in memory.
template <typename Body>
void each_contiguous(const RowBand& band, const Body& body) {
  for (int y = band.rows.begin; y < band.rows.end;) {
    int end = band.rows.end;
    if (band.ring != 0) end = std::min(end, y + band.ring - (y - band.first) % band.ring);
    body(band.part({y, end}));
    y = end;
  }
}

/// PostOps whose addend is found: after(before(x) + addend).
struct ResolvedPostOps {
  Activation before = Activation::none;
  std::optional<RowBand> addend;  ///< at least the rows of the output
  const char* plane = nullptr;    ///< or constants for the rows of the output, in the type of x
  Activation after = Activation::none;
};

/// The factor of negative values; 1 for none, and for sigmoid, which is computed apart. slope: of
/// leaky_relu.
inline float slope_of(Activation activation, float slope) {
  if (activation == Activation::relu) return 0;
  return activation == Activation::leaky_relu ? slope : 1;
}

template <typename Value>
Value* row_of(const Addresses& addresses, const RowBand& band, int y) {
  return reinterpret_cast<Value*>(addresses.of(band.row(y)));
}

/// The rows above, at and below y; null: beyond those of the band.
template <typename Value>
std::array<const Value*, 3> rows_around(const Addresses& addresses, const RowBand& band, int y) {
  std::array<const Value*, 3> rows{};
  for (int i = 0; i < 3; ++i) {
    const int at = y - 1 + i;
    if (at >= band.rows.begin && at < band.rows.end) rows[i] = row_of<Value>(addresses, band, at);
  }
  return rows;
}

/// Calls body with a value of the type, which is float32 or bfloat16.
template <typename Body>
void with_type(SampleType type, const Body& body) {
  if (type == SampleType::bfloat16) {
    body(Bfloat16{});
  } else {
    body(float{});
  }
}

/// Calls body with a value of the type, std::uint8_t for code; not for fixed16.
template <typename Body>
void with_any_type(SampleType type, const Body& body) {
  if (type == SampleType::code) {
    body(std::uint8_t{});
  } else {
    with_type(type, body);
  }
}

}  // namespace denoiseae
