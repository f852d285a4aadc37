// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/measured_noise.h"

#include <algorithm>

namespace denoiseae {

namespace {

// A bin of fewer samples says nothing about a variance.
constexpr double kMinSamples = 64;

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
  std::array<NoisePoint, kBins> points;
  std::size_t count = 0;
  for (const Bin& bin : bins) {
    if (bin.samples < kMinSamples) continue;
    const double mean = bin.sum / bin.samples;
    points[count++] = {bin.samples, bin.code / bin.samples,
                       std::max(0.0, bin.squares / bin.samples - mean * mean)};
  }
  return fit_noise_curve({points.data(), count});
}

}  // namespace denoiseae
