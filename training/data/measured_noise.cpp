// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/measured_noise.h"

#include <algorithm>

namespace denoiseae {

namespace {

// A bin of fewer samples says nothing about a variance.
constexpr double kMinSamples = 64;
// A variance that rounding alone would make.
constexpr double kMinVariance = 1 / 12.0;
// As for the estimate from streams: how far the variance may be expected to change over the whole
// range of codes, in parts of itself. It decides where there is one brightness only.
constexpr double kExpectedChange = 4;

}  // namespace

void MeasuredNoise::add(const PlanesView& noise, const PlanesView& noisy) {
  const float* d = noise.data;
  const float* p = noisy.data;
  for (int i = 0; i < noise.width * noise.height; ++i, d += noise.channels, p += noisy.channels) {
    // By the clean brightness: bins of noisy samples would sort the noise itself.
    const float clean = p[0] + p[1] + p[2] + p[3] - d[0] - d[1] - d[2] - d[3];
    const float code = (clean / 4 + 0.5f) * 255;
    const auto bin = static_cast<std::size_t>(
        std::clamp(static_cast<int>(code * (kBins / 256.0f)), 0, kBins - 1));
    const auto count = [code](Bin& b, const float* values, int n) {
      for (int c = 0; c < n; ++c) {
        const float value = values[c] * 255;
        b.sum += value;
        b.squares += value * value;
      }
      b.samples += n;
      b.code += n * code;
    };
    count(luma_[bin], d, 4);
    count(chroma_[bin], d + 4, 2);
  }
}

NoiseCurve MeasuredNoise::fit(const Bins& bins) {
  struct Point {
    double weight, code, variance;
  };
  std::array<Point, kBins> points;
  std::size_t count = 0;
  double weights = 0, code = 0, variance = 0;
  for (const Bin& bin : bins) {
    if (bin.samples < kMinSamples) continue;
    const double mean = bin.sum / bin.samples;
    Point p{0, bin.code / bin.samples, std::max(0.0, bin.squares / bin.samples - mean * mean)};
    // One over the variance of the variance of normal deviates.
    const double v = std::max(p.variance, kMinVariance);
    p.weight = bin.samples / (2 * v * v);
    weights += p.weight;
    code += p.weight * p.code;
    variance += p.weight * p.variance;
    points[count++] = p;
  }
  if (count == 0) return {};
  code /= weights;
  variance /= weights;
  double squares = 0, products = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Point& p = points[i];
    squares += p.weight * (p.code - code) * (p.code - code);
    products += p.weight * (p.code - code) * (p.variance - variance);
  }
  const double expected_slope = kExpectedChange * std::max(variance, kMinVariance) / 255;
  NoiseCurve curve{.lowest = points[0].code, .highest = points[count - 1].code};
  curve.slope = products / (squares + 1 / (expected_slope * expected_slope));
  curve.offset = variance - curve.slope * code;
  return curve;
}

}  // namespace denoiseae
