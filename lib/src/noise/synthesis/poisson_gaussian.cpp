// SPDX-License-Identifier: LGPL-2.1-or-later
// Noise of an image sensor: a sample is a Poisson number of electrons times a gain, plus the normal
// noise of reading it out (Foi, Trimeche, Katkovnik and Egiazarian, IEEE Transactions on Image
// Processing 17(10), 2008). The variance is a x + b; here a = s^2 and b = s^2 / 2 for
// s = level / 255, so that both parts are equal, and s^2 together, at middle gray x = 0.5.
#include <algorithm>
#include <array>
#include <cmath>

#include "noise/synthesis/models.h"
#include "noise/synthesis/poisson.h"

namespace denoiseae {
namespace {

// This keeps the number of electrons finite. The noise of such a gain is far below the precision of
// a float.
constexpr double kMinGain = 1e-30;

}  // namespace

void add_poisson_gaussian(std::span<float> samples, double level, Random& random) {
  const double s = level / 255;
  // The number of electrons has the mean x / gain. Multiplied by the gain, it has the mean x and
  // the variance gain x.
  const double gain = std::max(s * s, kMinGain);
  const double read_sigma = s * std::sqrt(0.5);
  std::array<float, kNormalsTogether> shot, read;
  while (!samples.empty()) {
    const std::size_t count = std::min(samples.size(), shot.size());
    random.fill_normal({shot.data(), count});
    random.fill_normal({read.data(), count});
    for (std::size_t i = 0; i < count; ++i) {
      const double light = std::max(0.0, static_cast<double>(samples[i]));
      const double electrons = poisson(light / gain, random.uniform(), shot[i]);
      samples[i] = static_cast<float>(gain * electrons + read_sigma * read[i]);
    }
    samples = samples.subspan(count);
  }
}

}  // namespace denoiseae
