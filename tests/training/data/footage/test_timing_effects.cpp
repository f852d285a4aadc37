// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <set>

#include "data/footage/timing_effects.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Lengths of the runs of equal numbers, without the first and the last.
std::multiset<int> runs(const ShownFrames& shown) {
  std::multiset<int> lengths;
  int length = 1;
  bool first = true;
  for (std::size_t t = 1; t < shown.size(); ++t, ++length) {
    if (shown[t] == shown[t - 1]) continue;
    if (!first) lengths.insert(length);
    first = false;
    length = 0;
  }
  return lengths;
}

}  // namespace

START_TEST(test_time_goes_forwards) {
  for (const auto effect : {twice, three_two, random_repeats, dropped_frames, freeze}) {
    for (const int frames : {1, 2, 5, 16}) {
      for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Rng rng(seed);
        const ShownFrames shown = effect(frames, rng);
        ck_assert_int_eq(static_cast<int>(shown.size()), frames);
        ck_assert_int_eq(shown.front(), 0);
        ck_assert(std::is_sorted(shown.begin(), shown.end()));
        ck_assert_int_le(shown.back(), frames - 1 + kMaxDropped);
      }
    }
  }
}
END_TEST

START_TEST(test_frames_repeat_as_named) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Rng rng(seed);
    ck_assert(runs(twice(12, rng)) == std::multiset({2, 2, 2, 2, 2}) ||
              runs(twice(12, rng)).count(2) >= 4);
    for (const int length : runs(twice(12, rng))) ck_assert_int_eq(length, 2);
    const ShownFrames film = three_two(16, rng);
    const std::multiset<int> lengths = runs(film);
    ck_assert_int_eq(static_cast<int>(lengths.count(2) + lengths.count(3)),
                     static_cast<int>(lengths.size()));
    ck_assert(lengths.count(2) >= 2 && lengths.count(3) >= 2);
  }
}
END_TEST

START_TEST(test_freezes_stand_once) {
  int frozen = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Rng rng(seed);
    const ShownFrames shown = freeze(8, rng);
    int stops = 0;
    for (std::size_t t = 1; t < shown.size(); ++t) {
      ck_assert_int_le(shown[t] - shown[t - 1], 1);
      stops += shown[t] == shown[t - 1] && (t == 1 || shown[t - 1] != shown[t - 2]);
    }
    ck_assert_int_le(stops, 1);
    frozen += stops;
  }
  ck_assert_int_gt(frozen, 25);
}
END_TEST

START_TEST(test_dropped_frames_are_missing) {
  int dropped = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Rng rng(seed);
    const ShownFrames shown = dropped_frames(8, rng);
    ck_assert(std::adjacent_find(shown.begin(), shown.end()) == shown.end());
    dropped += shown.back() > 7;
  }
  ck_assert_int_gt(dropped, 30);
}
END_TEST

int main() {
  return run_suite("timing_effects", {
                                         test_time_goes_forwards,
                                         test_frames_repeat_as_named,
                                         test_freezes_stand_once,
                                         test_dropped_frames_are_missing,
                                     });
}
