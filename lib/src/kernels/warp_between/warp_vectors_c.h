// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "layout/state_layout.h"

namespace denoiseae {
namespace {

/// The vectors of warp_between in plain C++. Compilers make vector instructions of these loops.
struct PlainWarpVectors {
  static constexpr std::size_t kLanes = 16;
  static_assert(kStateChannels <= kLanes);
  struct Vector {
    alignas(64) float lanes[kLanes];
  };

  template <typename Lane>
  static Vector make(const Lane& lane) {
    Vector result;
    for (std::size_t i = 0; i < kLanes; ++i) result.lanes[i] = lane(i);
    return result;
  }
  static Vector broadcast(float value) {
    return make([&](std::size_t) { return value; });
  }
  static Vector add(const Vector& a, const Vector& b) {
    return make([&](std::size_t i) { return a.lanes[i] + b.lanes[i]; });
  }
  static Vector subtract(const Vector& a, const Vector& b) {
    return make([&](std::size_t i) { return a.lanes[i] - b.lanes[i]; });
  }
  static Vector multiply(const Vector& a, const Vector& b) {
    return make([&](std::size_t i) { return a.lanes[i] * b.lanes[i]; });
  }
  static Vector load(const std::int16_t* from) {
    Vector result{};
    for (std::size_t i = 0; i < kStateChannels; ++i) result.lanes[i] = from[i];
    return result;
  }
  static void store(const Vector& vector, float* to) {
    std::copy_n(vector.lanes, kStateChannels, to);
  }
  static void store_with_more(const Vector& vector, float* to) { store(vector, to); }
  static Vector across(const Vector& a, const Vector& b) {
    Vector result = a;
    for (const std::size_t first : {0, kStatePicture})
      for (std::size_t i = first; i < first + 4; i += 2) {
        result.lanes[i] = a.lanes[i + 1];
        result.lanes[i + 1] = b.lanes[i];
      }
    return result;
  }
  static Vector down(const Vector& a, const Vector& b) {
    Vector result = a;
    for (const std::size_t first : {0, kStatePicture}) {
      std::copy_n(a.lanes + first + 2, 2, result.lanes + first);
      std::copy_n(b.lanes + first, 2, result.lanes + first + 2);
    }
    return result;
  }
  static Vector join(const Vector& luma, const Vector& other) {
    Vector result = other;
    for (const std::size_t first : {0, kStatePicture})
      std::copy_n(luma.lanes + first, 4, result.lanes + first);
    return result;
  }
};

}  // namespace
}  // namespace denoiseae
