// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <cstring>

#include "layout/state_layout.h"

namespace denoiseae {
namespace {

/// The vectors of warp_between in plain C++. Compilers compute with four numbers at once, on all
/// processors that can.
struct PlainWarpVectors {
  using Four [[gnu::vector_size(16)]] = float;
  using FourShort [[gnu::vector_size(8)]] = std::int16_t;
  struct Vector {
    Four fused;    ///< luma
    Four picture;  ///< luma
    Four others;   ///< channels 4, 5, 6 and 11
    Four last;     ///< channel 12
  };
  static_assert(kStateChannels == 13 && kStatePicture == 7);

  static Vector broadcast(float value) {
    const Four all = Four{} + value;
    return {all, all, all, all};
  }
  static Vector add(const Vector& a, const Vector& b) {
    return {a.fused + b.fused, a.picture + b.picture, a.others + b.others, a.last + b.last};
  }
  static Vector subtract(const Vector& a, const Vector& b) {
    return {a.fused - b.fused, a.picture - b.picture, a.others - b.others, a.last - b.last};
  }
  static Vector multiply(const Vector& a, const Vector& b) {
    return {a.fused * b.fused, a.picture * b.picture, a.others * b.others, a.last * b.last};
  }
  static Vector load(const std::int16_t* from) {
    const auto four = [from](int first) {
      FourShort samples;
      std::memcpy(&samples, from + first, sizeof samples);
      return __builtin_convertvector(samples, Four);
    };
    const Four end = four(9);
    const Four others = __builtin_shufflevector(four(4), end, 0, 1, 2, 6);
    return {four(0), four(kStatePicture), others, __builtin_shufflevector(end, end, 3, 3, 3, 3)};
  }
  static void store(const Vector& vector, float* to) {
    std::memcpy(to, &vector.fused, sizeof vector.fused);
    std::memcpy(to + 4, &vector.others, 3 * sizeof(float));
    std::memcpy(to + kStatePicture, &vector.picture, sizeof vector.picture);
    to[11] = vector.others[3];
    to[12] = vector.last[0];
  }
  static Vector across(const Vector& a, const Vector& b) {
    const auto pairs = [](Four left, Four right) {
      return __builtin_shufflevector(left, right, 1, 4, 3, 6);
    };
    return {pairs(a.fused, b.fused), pairs(a.picture, b.picture), a.others, a.last};
  }
  static Vector down(const Vector& a, const Vector& b) {
    const auto pairs = [](Four upper, Four lower) {
      return __builtin_shufflevector(upper, lower, 2, 3, 4, 5);
    };
    return {pairs(a.fused, b.fused), pairs(a.picture, b.picture), a.others, a.last};
  }
  static Vector join(const Vector& luma, const Vector& other) {
    return {luma.fused, luma.picture, other.others, other.last};
  }
};

}  // namespace
}  // namespace denoiseae
