// SPDX-License-Identifier: LGPL-2.1-or-later
#include <map>
#include <set>
#include <string>

#include "data/footage/effects.h"
#include "support/check.h"
#include "training/footage_pairs.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_each_stage_has_effects_of_its_kind) {
  std::set<std::string_view> names;
  std::set<FootageStage> stages;
  for (const FootageEffect& effect : footage_effects()) {
    names.insert(effect.name);
    stages.insert(effect.stage);
    ck_assert_double_gt(effect.weight, 0);
    const std::size_t kind = effect.stage == FootageStage::light    ? 0
                             : effect.stage == FootageStage::gain   ? 1
                             : effect.stage == FootageStage::timing ? 3
                                                                    : 2;
    ck_assert_uint_eq(effect.apply.index(), kind);
  }
  ck_assert_uint_eq(names.size(), footage_effects().size());
  ck_assert_uint_eq(stages.size(), kFootageStages);
}
END_TEST

START_TEST(test_effects_are_drawn_by_weight) {
  Rng rng(4);
  std::map<std::string_view, int> drawn;
  for (int i = 0; i < 4000; ++i) {
    const FootageEffect& effect = random_effect(FootageStage::composition, rng);
    ck_assert(effect.stage == FootageStage::composition);
    ++drawn[effect.name];
  }
  double sum = 0;
  for (const FootageEffect& effect : footage_effects())
    sum += effect.stage == FootageStage::composition ? effect.weight : 0;
  for (const FootageEffect& effect : footage_effects()) {
    if (effect.stage != FootageStage::composition) continue;
    ck_assert_double_eq_tol(drawn[effect.name] / 4000.0, effect.weight / sum, 0.04);
  }
}
END_TEST

START_TEST(test_effects_depend_on_the_seed_alone) {
  for (const FootageEffect& effect : footage_effects()) {
    const auto* change = std::get_if<PairEffect>(&effect.apply);
    if (change == nullptr) continue;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      FramePairs one = some_pairs(3), other = some_pairs(3);
      Rng of_one(seed), of_other(seed);
      (*change)(one, of_one);
      (*change)(other, of_other);
      for (int t = 0; t < 3; ++t)
        ck_assert(equal(one[t].noisy, other[t].noisy) && equal(one[t].clean, other[t].clean));
    }
  }
}
END_TEST

START_TEST(test_effects_take_a_single_frame) {
  for (const FootageEffect& effect : footage_effects()) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Rng rng(seed);
      FramePairs pairs = some_pairs(1);
      CleanFrames frames = still_frames(1, 3);
      if (const auto* light = std::get_if<LightEffect>(&effect.apply)) (*light)(frames, rng);
      if (const auto* change = std::get_if<PairEffect>(&effect.apply)) (*change)(pairs, rng);
      if (const auto* gain = std::get_if<GainEffect>(&effect.apply))
        ck_assert_uint_eq((*gain)(1, rng).size(), 1);
      ck_assert_int_eq(frames[0].type(), CV_8UC3);
      ck_assert_int_eq(pairs[0].noisy.type(), CV_8UC1);
    }
  }
}
END_TEST

int main() {
  return run_suite("effects", {
                                  test_each_stage_has_effects_of_its_kind,
                                  test_effects_are_drawn_by_weight,
                                  test_effects_depend_on_the_seed_alone,
                                  test_effects_take_a_single_frame,
                              });
}
