// SPDX-License-Identifier: LGPL-2.1-or-later
// THE table of what footage has and a photograph with noise has not.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "data/footage/frame_pair.h"
#include "data/footage/light_effects.h"
#include "data/footage/timing_effects.h"
#include "data/rng.h"

namespace denoiseae {

/// The stages, in the order in which a frame goes through them.
enum class FootageStage { light, gain, sensor, camera, composition, timing };
inline constexpr std::size_t kFootageStages = 6;

using LightEffect = void (*)(CleanFrames& frames, Rng& rng);
/// Returns a gain of the noise for each frame.
using GainEffect = std::vector<double> (*)(int frames, Rng& rng);
using PairEffect = void (*)(FramePairs& pairs, Rng& rng);
using TimingEffect = ShownFrames (*)(int frames, Rng& rng);

/// Effects draw their strength themselves.
struct FootageEffect {
  std::string_view name;  ///< "bars"
  FootageStage stage;
  double weight;  ///< how often it is drawn, relative to the others of its stage
  std::variant<LightEffect, GainEffect, PairEffect, TimingEffect> apply;
};

std::span<const FootageEffect> footage_effects() noexcept;
/// Draws an effect of a stage by the weights.
const FootageEffect& random_effect(FootageStage stage, Rng& rng);

}  // namespace denoiseae
