// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/effects.h"

#include <cassert>

#include "data/footage/camera_effects.h"
#include "data/footage/composition_effects.h"
#include "data/footage/drawn_content.h"
#include "data/footage/sensor_effects.h"
#include "data/footage/stored_source.h"

namespace denoiseae {

namespace {

using enum FootageStage;

// With a constructor for each, overloads and the kind of the function are settled by the compiler.
constexpr FootageEffect kEffects[] = {
    {"fade", light, 2, LightEffect{fade}},
    {"flash", light, 1, LightEffect{flash}},
    {"lamp", light, 2, LightEffect{lamp}},
    {"exposure", light, 1, LightEffect{exposure}},
    {"wave", light, 2, LightEffect{wave}},
    {"ripples", light, 2, LightEffect{ripples}},
    {"stop and go", light, 1, LightEffect{stop_and_go}},
    {"text page", light, 1.5, LightEffect{text_page}},
    {"flat graphics", light, 1, LightEffect{flat_graphics}},
    {"stored source", light, 2, LightEffect{stored_source}},
    {"gain jump", gain, 1, GainEffect{gain_jump}},
    {"row noise", sensor, 1.5, PairEffect{row_noise}},
    {"column noise", sensor, 1, PairEffect{column_noise}},
    {"hot pixels", sensor, 1, PairEffect{hot_pixels}},
    {"fixed pattern", sensor, 1, PairEffect{fixed_pattern}},
    {"chroma blotches", sensor, 2, PairEffect{chroma_blotches}},
    {"clean luma", sensor, 0.5, PairEffect{clean_luma}},
    {"clean chroma", sensor, 0.5, PairEffect{clean_chroma}},
    {"median reduction", camera, 1, PairEffect{median_reduction}},
    {"bilateral reduction", camera, 1, PairEffect{bilateral_reduction}},
    {"chroma reduction", camera, 1, PairEffect{chroma_reduction}},
    {"temporal reduction", camera, 1, PairEffect{temporal_reduction}},
    {"sharpening", camera, 2, PairEffect{sharpening}},
    {"enlargement", camera, 1.5, PairEffect{enlargement}},
    {"reduction", camera, 1, PairEffect{reduction}},
    {"bars", composition, 2, PairEffect{bars}},
    {"inset", composition, 1, PairEffect{inset}},
    {"split screen", composition, 1, PairEffect{split_screen}},
    {"logo", composition, 1, PairEffect{logo}},
    {"subtitles", composition, 1, PairEffect{subtitles}},
    {"twice", timing, 2, TimingEffect{twice}},
    {"three two", timing, 1, TimingEffect{three_two}},
    {"random repeats", timing, 1, TimingEffect{random_repeats}},
    {"dropped frames", timing, 1, TimingEffect{dropped_frames}},
    {"freeze", timing, 1, TimingEffect{freeze}},
};

}  // namespace

std::span<const FootageEffect> footage_effects() noexcept { return kEffects; }

const FootageEffect& random_effect(FootageStage stage, Rng& rng) {
  double sum = 0;
  for (const FootageEffect& effect : kEffects) sum += effect.stage == stage ? effect.weight : 0;
  double place = rng.uniform(0, sum);
  const FootageEffect* last = nullptr;
  for (const FootageEffect& effect : kEffects) {
    if (effect.stage != stage) continue;
    last = &effect;
    if ((place -= effect.weight) < 0) break;
  }
  assert(last != nullptr);
  return *last;
}

}  // namespace denoiseae
