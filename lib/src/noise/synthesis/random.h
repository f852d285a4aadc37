// SPDX-License-Identifier: LGPL-2.1-or-later
// Random numbers that are the same on every machine. They use only integer operations and the
// exactly rounded floating-point ones (+ - * / sqrt), never log or sin of the C library, whose last
// bit differs between CPUs.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace denoiseae {

/// xoshiro256++ 1.0 (Blackman and Vigna, ACM TOMS 47(4), 2021) seeded by splitmix64 (Steele, Lea
/// and Flood, OOPSLA 2014); both from prng.di.unimi.it.
class Random {
 public:
  /// Each stream and substream of a seed is an independent sequence.
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t substream = 0);

  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Returns a number that is uniform in 0 ... 1, but never 1.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// Returns a normal deviate of mean 0 and standard deviation 1, at most 6.7 away from 0.
  float normal();

  /// Has the same effect as so many calls of next.
  void skip(std::size_t draws) {
    for (; draws > 0; --draws) next();
  }

  /// Fills out with normal deviates, several times as fast as calls of normal. The numbers also
  /// depend on the size of out.
  void fill_normal(std::span<float> out);
  /// Number of calls of next that fill_normal makes, whatever the size.
  static constexpr std::size_t kDrawsOfFill = 32;

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace denoiseae
