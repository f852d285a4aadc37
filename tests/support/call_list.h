// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls of the native engine that a test appends one by one, and the memory that they run in.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"
#include "engine/native/weights.h"

namespace denoiseae::test {

using Type = SampleType;

/// Append calls to builder; then prepare() places the memory, so that bands can be filled; then
/// run(). No two allocations share memory, and all of it is NaN at first: a value that no call
/// should have read shows.
class CallList {
 public:
  explicit CallList(float slope = 0) { builder.slope = slope; }

  /// Rows in memory of their own.
  RowBand band(Type type, int channels, int width, RowRange rows) {
    RowBand result{
        .first = rows.begin, .type = type, .channels = channels, .width = width, .rows = rows};
    result.buffer = builder.reserve(result.row_bytes() * static_cast<std::size_t>(rows.count()));
    return result;
  }

  void prepare() {
    std::size_t size = 0;
    for (Allocation& allocation : builder.allocations) {
      allocation.offset = size;
      size += (allocation.bytes + 63) / 64 * 64;
    }
    memory_.assign(size + 64, '\xff');
    const auto start = reinterpret_cast<std::uintptr_t>(memory_.data());
    arena_ = memory_.data() + (64 - start % 64) % 64;
  }

  void run(RowSource* source = nullptr, RowSink* sink = nullptr) {
    for (const KernelCall& call : builder.calls) {
      call.run({arena_, &builder.allocations, source, sink});
    }
  }

  double get(const RowBand& band, int y, int x, int c) const {
    const char* at = address(band, y, x, c);
    if (band.type == Type::code) return static_cast<std::uint8_t>(*at);
    if (band.type == Type::bfloat16) return to_float(*reinterpret_cast<const Bfloat16*>(at));
    return *reinterpret_cast<const float*>(at);
  }

  void set(const RowBand& band, int y, int x, int c, double value) {
    char* at = address(band, y, x, c);
    if (band.type == Type::code) {
      *at = static_cast<char>(static_cast<std::uint8_t>(value));
    } else if (band.type == Type::bfloat16) {
      assign(*reinterpret_cast<Bfloat16*>(at), static_cast<float>(value));
    } else {
      *reinterpret_cast<float*>(at) = static_cast<float>(value);
    }
  }

  /// Sets each value of the band to what value(y, x, c) returns.
  template <typename Value>
  void fill(const RowBand& band, const Value& value) {
    for (int y = band.rows.begin; y < band.rows.end; ++y)
      for (int x = 0; x < band.width; ++x)
        for (int c = 0; c < band.channels; ++c) set(band, y, x, c, value(y, x, c));
  }

  /// Random values from -1 to 1; of bytes, from 0 to 255.
  void fill_randomly(const RowBand& band, std::uint32_t seed) {
    std::mt19937 random(seed);
    fill(band, [&](int, int, int) {
      const double value = random() / 4294967295.0;
      return band.type == Type::code ? std::floor(255 * value) : 2 * value - 1;
    });
  }

  /// The largest difference between the band and value(y, x, c); infinity if one is not a number.
  template <typename Value>
  double difference(const RowBand& band, const Value& value) const {
    double largest = 0;
    for (int y = band.rows.begin; y < band.rows.end; ++y)
      for (int x = 0; x < band.width; ++x)
        for (int c = 0; c < band.channels; ++c) {
          const double difference = std::abs(get(band, y, x, c) - value(y, x, c));
          if (!(difference <= largest)) largest = difference;
          if (std::isnan(difference)) return std::numeric_limits<double>::infinity();
        }
    return largest;
  }

  Weights weights;
  PlanBuilder builder{weights, 0, {}, {}};

 private:
  char* address(const RowBand& band, int y, int x, int c) const {
    const std::size_t index = static_cast<std::size_t>(x) * band.channels + c;
    return arena_ + builder.allocations[band.buffer.allocation].offset + band.row(y).offset +
           index * bytes_of(band.type);
  }

  std::vector<char> memory_;
  char* arena_ = nullptr;
};

}  // namespace denoiseae::test
