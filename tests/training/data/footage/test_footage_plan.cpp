// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>

#include "data/footage/footage_plan.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_shares_are_probabilities) {
  FootageSettings settings;
  settings.light = 0;
  settings.gain = 1;
  settings.camera = 0.3;
  settings.coded = 0.6;
  settings.clean = 0.2;
  Rng rng(1);
  int camera = 0, coded = 0, clean = 0;
  constexpr int kPlans = 2000;
  for (int i = 0; i < kPlans; ++i) {
    const FootagePlan plan = random_plan(settings, rng);
    ck_assert_ptr_null(plan.effect(FootageStage::light));
    ck_assert_ptr_nonnull(plan.effect(FootageStage::gain));
    const FootageEffect* of_camera = plan.effect(FootageStage::camera);
    ck_assert(of_camera == nullptr || of_camera->stage == FootageStage::camera);
    camera += of_camera != nullptr;
    clean += plan.clean;
    if (plan.encoder == nullptr) continue;
    ++coded;
    ck_assert_int_ge(plan.quality, plan.encoder->best_quality);
    ck_assert_int_le(plan.quality, plan.encoder->worst_quality);
  }
  ck_assert_double_eq_tol(camera, 0.3 * kPlans, 100);
  ck_assert_double_eq_tol(coded, 0.6 * kPlans, 100);
  ck_assert_double_eq_tol(clean, 0.2 * kPlans, 100);
}
END_TEST

START_TEST(test_plans_of_one_thing_have_no_other) {
  const FootageEffect& effect = footage_effects()[9];
  const FootagePlan of_effect = plan_of(effect);
  ck_assert_ptr_eq(of_effect.effect(effect.stage), &effect);
  ck_assert_int_eq(
      static_cast<int>(std::count(of_effect.effects.begin(), of_effect.effects.end(), nullptr)),
      kFootageStages - 1);
  ck_assert(of_effect.encoder == nullptr && !of_effect.clean);
  const FootagePlan of_encoder = plan_of(encoders().front(), 20);
  ck_assert_ptr_eq(of_encoder.encoder, &encoders().front());
  ck_assert_int_eq(of_encoder.quality, 20);
  ck_assert_int_eq(
      static_cast<int>(std::count(of_encoder.effects.begin(), of_encoder.effects.end(), nullptr)),
      kFootageStages);
}
END_TEST

int main() {
  return run_suite("footage_plan", {
                                       test_shares_are_probabilities,
                                       test_plans_of_one_thing_have_no_other,
                                   });
}
