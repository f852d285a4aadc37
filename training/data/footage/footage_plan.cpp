// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/footage_plan.h"

#include <utility>

namespace denoiseae {

FootagePlan random_plan(const FootageSettings& settings, Rng& rng) {
  FootagePlan plan;
  for (const auto& [stage, share] : {std::pair(FootageStage::light, settings.light),
                                     {FootageStage::gain, settings.gain},
                                     {FootageStage::sensor, settings.sensor},
                                     {FootageStage::camera, settings.camera},
                                     {FootageStage::composition, settings.composition},
                                     {FootageStage::timing, settings.timing}}) {
    if (rng.chance(share))
      plan.effects[static_cast<std::size_t>(stage)] = &random_effect(stage, rng);
  }
  plan.clean = rng.chance(settings.clean);
  if (rng.chance(settings.coded)) {
    plan.encoder = &random_encoder(rng);
    plan.quality = rng.between(plan.encoder->best_quality, plan.encoder->worst_quality);
    plan.variant = random_variant(rng);
  }
  return plan;
}

FootagePlan plan_of(const FootageEffect& effect) {
  FootagePlan plan;
  plan.effects[static_cast<std::size_t>(effect.stage)] = &effect;
  return plan;
}

FootagePlan plan_of(const Encoder& encoder, int quality) {
  FootagePlan plan;
  plan.encoder = &encoder;
  plan.quality = quality;
  return plan;
}

}  // namespace denoiseae
