// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/random.h"

#include <cmath>

namespace denoiseae {
namespace {

// Where the base layer's rectangle ends and the area of every layer, for 256 layers (Marsaglia and
// Tsang 2000).
constexpr double kEdge = 3.6541528853610088;
constexpr double kArea = 4.92867323399e-3;

// exp(x) for -8 <= x <= 0: Taylor series at x/16, squared four times.
double portable_exp(double x) {
  const double y = x / 16;
  double sum = 1;
  for (int n = 16; n > 0; --n) sum = 1 + sum * y / n;
  for (int i = 0; i < 4; ++i) sum *= sum;
  return sum;
}

// log(x) for 0 < x <= 1: 2 artanh((m - 1) / (m + 1)) of the mantissa m.
double portable_log(double x) {
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);
  const double s = (mantissa - 1) / (mantissa + 1);
  double sum = 0;
  for (int n = 33; n > 0; n -= 2) sum = sum * s * s + 1.0 / n;
  constexpr double kLn2 = 0.69314718055994530942;
  return 2 * s * sum + exponent * kLn2;
}

double density(double x) { return portable_exp(-0.5 * x * x); }

std::uint64_t splitmix64(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

const Random::Ziggurat Random::kZiggurat = Random::make_ziggurat();

Random::Ziggurat Random::make_ziggurat() {
  Ziggurat table;
  // The base holds the tail as well: as wide as a rectangle of its area would be.
  table.x[0] = kArea / density(kEdge);
  table.x[1] = kEdge;
  for (int i = 2; i < kLayers; ++i) {
    const double below = table.x[i - 1];
    table.x[i] = std::sqrt(-2 * portable_log(kArea / below + density(below)));
  }
  table.x[kLayers] = 0;
  for (int i = 0; i <= kLayers; ++i) table.density[i] = density(table.x[i]);
  return table;
}

Random::Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t substream) {
  // Each part is hashed before the next is mixed in, so that neighbours do not cancel out.
  std::uint64_t state = seed;
  state = splitmix64(state) ^ stream;
  state = splitmix64(state) ^ substream;
  for (std::uint64_t& word : state_) word = splitmix64(state);
}

double Random::normal_outside(double x, unsigned layer, std::uint64_t bits) {
  for (;;) {
    if (layer == 0) {
      double beyond = 0, height = 0;
      do {
        beyond = -portable_log(1 - uniform()) / kEdge;
        height = -portable_log(1 - uniform());
      } while (2 * height < beyond * beyond);
      return with_sign(kEdge + beyond, bits);
    }
    const double low = kZiggurat.density[layer], high = kZiggurat.density[layer + 1];
    if (low + uniform() * (high - low) < density(x)) return with_sign(x, bits);

    bits = next();
    layer = bits & (kLayers - 1);
    x = to_unit(bits) * kZiggurat.x[layer];
    if (x < kZiggurat.x[layer + 1]) return with_sign(x, bits);
  }
}

}  // namespace denoiseae
