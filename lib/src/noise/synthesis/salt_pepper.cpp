// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/synthesis/models.h"

namespace denoiseae {

void add_salt_pepper(std::span<float> samples, double level, Random& random) {
  const double pepper = level / 2;
  for (float& x : samples) {
    const double u = random.uniform();
    if (u < level) x = u < pepper ? 0.0f : 1.0f;
  }
}

}  // namespace denoiseae
