// SPDX-License-Identifier: LGPL-2.1-or-later
// Random numbers that are the same on every machine: only integer operations and the exactly
// rounded floating-point ones (+ - * / sqrt), never the C library's exp or log, whose last bit
// differs between CPUs.
#pragma once

#include <denoiseae/export.h>

#include <array>
#include <bit>
#include <cstdint>

namespace denoiseae {

/// xoshiro256++ 1.0 (Blackman and Vigna, ACM TOMS 47(4), 2021) seeded by splitmix64 (Steele, Lea
/// and Flood, OOPSLA 2014); both from prng.di.unimi.it.
class DAE_API Random {
 public:
  /// stream, substream: independent sequences of one seed.
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

  /// Uniform in 0 ... 1, without 1.
  double uniform() { return to_unit(next()); }

  /// Normal deviate, mean 0, standard deviation 1. Ziggurat of Marsaglia and Tsang (J. Stat. Softw.
  /// 5(8), 2000) with 256 layers; layer, sign and value come from separate bits, as Doornik
  /// (ZIGNOR, 2005) asks for.
  double normal() {
    const std::uint64_t bits = next();
    const unsigned layer = bits & (kLayers - 1);
    const double x = to_unit(bits) * kZiggurat.x[layer];
    if (x < kZiggurat.x[layer + 1]) return with_sign(x, bits);
    return normal_outside(x, layer, bits);
  }

 private:
  static constexpr int kLayers = 256;
  /// Right edges of the layers, from the base up, and the density there.
  struct Ziggurat {
    std::array<double, kLayers + 1> x;
    std::array<double, kLayers + 1> density;
  };
  static Ziggurat make_ziggurat();
  static const Ziggurat kZiggurat;

  static double to_unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }
  static double with_sign(double x, std::uint64_t bits) { return bits & kLayers ? -x : x; }
  /// For the 1 % of draws outside the rectangle that lies wholly under the density.
  double normal_outside(double x, unsigned layer, std::uint64_t bits);

  std::array<std::uint64_t, 4> state_;
};

}  // namespace denoiseae
