// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/synthesis/random.h"

#include <algorithm>
#include <cmath>

namespace denoiseae {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// Returns -2 log(u) for a number u, uniform in 0 ... 1, that is made from 31 of the bits. The
// logarithm of its mantissa m = 1 ... 2 is 2 artanh((m - 1) / (m + 1)). The series of artanh ends
// where its terms fall below 2e-7.
inline float minus_two_log(std::uint32_t bits) {
  const float u = (static_cast<float>(static_cast<std::int32_t>(bits >> 1)) + 0.5f) * 0x1p-31f;
  const auto representation = std::bit_cast<std::int32_t>(u);
  const auto exponent = static_cast<float>((representation >> 23) - 127);
  const auto mantissa = std::bit_cast<float>((representation & 0x7fffff) | 0x3f800000);
  const float s = (mantissa - 1) / (mantissa + 1);
  const float q = s * s;
  const float series =
      1 + q * (1 / 3.f + q * (1 / 5.f + q * (1 / 7.f + q * (1 / 9.f + q * (1 / 11.f)))));
  constexpr float kLn2 = 0.693147181f;
  // Next to u = 1, rounding may give a result below 0.
  return std::max(0.0f, -2 * (exponent * kLn2 + 2 * s * series));
}

// Makes two normal deviates from a radius and an angle (Box and Muller, Annals of Mathematical
// Statistics 29(2), 1958). It has no branches, so that compilers can compute many at once.
inline void box_muller(std::uint32_t radius_bits, std::uint32_t angle_bits, float& a, float& b) {
  const float radius = std::sqrt(minus_two_log(radius_bits));
  // The angle in turns, -0.5 ... 0.5. Sine and cosine are computed a quarter turn away, where both
  // need only short Taylor series. There sine and cosine of the angle are exchanged.
  const float turn = static_cast<float>(static_cast<std::int32_t>(angle_bits)) * 0x1p-32f;
  constexpr float kTwoPi = 6.28318531f;
  const float y = (0.25f - std::fabs(turn)) * kTwoPi;
  const float q = y * y;
  const float sine =
      y * (1 + q * (-1 / 6.f + q * (1 / 120.f + q * (-1 / 5040.f +
                                                     q * (1 / 362880.f + q * (-1 / 39916800.f))))));
  const float cosine =
      1 + q * (-1 / 2.f +
               q * (1 / 24.f + q * (-1 / 720.f + q * (1 / 40320.f + q * (-1 / 3628800.f +
                                                                         q * (1 / 479001600.f))))));
  a = radius * sine;
  b = radius * std::copysign(cosine, turn);
}

// Sixteen generators side by side, xoshiro128++ 1.0 (by the authors of xoshiro256++, from the same
// source). They have words of 32 bits, because every vector unit can work on these.
constexpr int kLanes = 16;
using LaneWords = std::array<std::uint32_t, kLanes>;

struct Lanes {
  std::array<LaneWords, 4> state;

  void next(LaneWords& result) {
    auto& [s0, s1, s2, s3] = state;
    for (int i = 0; i < kLanes; ++i) {
      result[i] = std::rotl(s0[i] + s3[i], 7) + s0[i];
      const std::uint32_t t = s1[i] << 9;
      s2[i] ^= s0[i];
      s3[i] ^= s1[i];
      s1[i] ^= s2[i];
      s0[i] ^= s3[i];
      s2[i] ^= t;
      s3[i] = std::rotl(s3[i], 11);
    }
  }
};

// The compiler makes a copy of this function for each instruction set, and the fastest one is
// chosen when the library is loaded. All compute the same to the bit.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
[[gnu::target_clones("default", "avx2", "arch=x86-64-v4")]]
#endif
void fill_blocks(Lanes& lanes, std::span<float> out) {
  for (std::size_t begin = 0; begin < out.size(); begin += 2 * kLanes) {
    LaneWords radius, angle;
    lanes.next(radius);
    lanes.next(angle);
    std::array<float, 2 * kLanes> block;
    for (int i = 0; i < kLanes; ++i) box_muller(radius[i], angle[i], block[i], block[kLanes + i]);
    const auto count = std::min<std::size_t>(block.size(), out.size() - begin);
    std::copy_n(block.begin(), count, out.begin() + begin);
  }
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t substream) {
  // Each part is hashed before the next one is mixed in, so that small differences of two parts do
  // not cancel out.
  std::uint64_t state = seed;
  state = splitmix64(state) ^ stream;
  state = splitmix64(state) ^ substream;
  for (std::uint64_t& word : state_) word = splitmix64(state);
}

float Random::normal() {
  const std::uint64_t bits = next();
  float a = 0, b = 0;
  box_muller(static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32), a, b);
  return a;
}

void Random::fill_normal(std::span<float> out) {
  Lanes lanes;
  for (LaneWords& words : lanes.state)
    for (int i = 0; i < kLanes; i += 2) {
      const std::uint64_t bits = next();
      words[i] = static_cast<std::uint32_t>(bits);
      words[i + 1] = static_cast<std::uint32_t>(bits >> 32);
    }
  fill_blocks(lanes, out);
}

}  // namespace denoiseae
