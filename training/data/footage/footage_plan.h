// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan says what happens to one sample that is footage.
#pragma once

#include <array>
#include <cstddef>

#include "data/footage/effects.h"
#include "data/footage/encoders.h"
#include "data/footage/footage_settings.h"
#include "data/rng.h"

namespace denoiseae {

struct FootagePlan {
  /// At most one effect of each stage; nullptr = none.
  std::array<const FootageEffect*, kFootageStages> effects{};
  bool clean = false;  ///< without noise; what the encoder makes of the frames is their truth
  const Encoder* encoder = nullptr;  ///< nullptr = the frames are not compressed
  int quality = 0;
  CodingVariant variant;

  const FootageEffect* effect(FootageStage stage) const {
    return effects[static_cast<std::size_t>(stage)];
  }
};

/// Draws a plan by the shares of the settings.
FootagePlan random_plan(const FootageSettings& settings, Rng& rng);
/// Returns a plan of one effect, or of an encoder at some quality, and nothing else.
FootagePlan plan_of(const FootageEffect& effect);
FootagePlan plan_of(const Encoder& encoder, int quality);

}  // namespace denoiseae
