// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the loops over a stored state, and their text, against the definition, one value
// at a time.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/stored_state/stored_state.h"
#include "kernels/stored_state/stored_state_loops.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kMaxValues = 150;
constexpr float kUntouched = 77;

/// The variants that this CPU has, and the loops as this file compiles them.
std::vector<StoredStateVariant> variants_and_loops() {
  static const StoredStateLoops loops = {store, restore, mean, between};
  std::vector<StoredStateVariant> all = available(stored_state_variants());
  all.push_back({"loops", &loops, true});
  return all;
}

/// Four rows of random samples.
struct Rows {
  std::array<std::vector<std::int16_t>, 4> samples;

  Rows(int count, std::mt19937& random) {
    for (std::vector<std::int16_t>& row : samples) {
      row.resize(static_cast<std::size_t>(count + 1));
      for (std::int16_t& sample : row) sample = static_cast<std::int16_t>(random());
    }
  }
  /// One value further, so that addresses are odd.
  const std::int16_t* operator[](std::size_t i) const { return samples[i].data() + 1; }
};

/// Runs a loop on count values, checks that it writes nothing else, and returns them.
template <typename Run>
std::vector<float> run(int count, const Run& run_loop) {
  std::vector<float> out(static_cast<std::size_t>(count + 2), kUntouched);
  run_loop(out.data() + 1);
  ck_assert_float_eq(out.front(), kUntouched);
  ck_assert_float_eq(out.back(), kUntouched);
  return {out.begin() + 1, out.end() - 1};
}

}  // namespace

START_TEST(test_stored_values_are_the_nearest) {
  std::mt19937 random(1);
  for (const StoredStateVariant& variant : variants_and_loops()) {
    for (int count = 1; count <= kMaxValues; ++count) {
      // Quarters of a step, so that halves are among them, also beyond the ends.
      std::vector<float> in(static_cast<std::size_t>(count + 1));
      for (float& v : in) v = kStoredUnit * (static_cast<float>(random() % 280001) / 4 - 35000.0f);
      std::vector<std::int16_t> out(static_cast<std::size_t>(count + 2), 123);
      variant.loops->store(in.data() + 1, count, out.data() + 1);
      ck_assert_int_eq(out.front(), 123);
      ck_assert_int_eq(out.back(), 123);
      for (std::size_t i = 1; i < in.size(); ++i) {
        const double wanted =
            std::clamp(std::nearbyint(in[i] / double{kStoredUnit}), -32768.0, 32767.0);
        if (out[i] != wanted)
          ck_abort_msg("%s: %g becomes %d, expected %g", variant.name.data(), in[i], out[i],
                       wanted);
      }
    }
  }
}
END_TEST

START_TEST(test_restored_values_and_means_are_exact) {
  std::mt19937 random(2);
  for (const StoredStateVariant& variant : variants_and_loops())
    for (int count = 1; count <= kMaxValues; ++count) {
      const Rows in(count, random);
      const auto restored =
          run(count, [&](float* out) { variant.loops->restore(in[0], count, out); });
      const auto means = run(
          count, [&](float* out) { variant.loops->mean(in[0], in[1], in[2], in[3], count, out); });
      for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double sum = double{kStoredUnit} * (in[0][i] + in[1][i] + in[2][i] + in[3][i]);
        if (restored[at] != in[0][i] * kStoredUnit || means[at] != sum / 4)
          ck_abort_msg("%s, value %d: %g, and a mean of %g instead of %g", variant.name.data(), i,
                       restored[at], means[at], sum / 4);
      }
    }
}
END_TEST

START_TEST(test_values_between_four_rows_are_bilinear) {
  std::mt19937 random(3);
  for (int count = 1; count <= kMaxValues; ++count) {
    const Rows in(count, random);
    const float right = static_cast<float>(random() % 8) / 8;
    const float lower = static_cast<float>(random() % 8) / 8;
    std::vector<float> plain;
    for (const StoredStateVariant& variant : variants_and_loops()) {
      const auto found = run(count, [&](float* out) {
        variant.loops->between(in[0], in[1], in[2], in[3], right, lower, count, out);
      });
      for (int i = 0; i < count; ++i) {
        const double above = (1 - right) * in[0][i] + right * in[1][i];
        const double below = (1 - right) * in[2][i] + right * in[3][i];
        const double wanted = kStoredUnit * ((1 - lower) * above + lower * below);
        if (!(std::abs(found[static_cast<std::size_t>(i)] - wanted) <= 1e-6))
          ck_abort_msg("%s, value %d: %g, expected %g", variant.name.data(), i,
                       found[static_cast<std::size_t>(i)], wanted);
      }
      if (plain.empty()) plain = found;
      ck_assert(found == plain);  // to the bit
    }
  }
}
END_TEST

int main() {
  return run_suite("stored_state",
                   {test_stored_values_are_the_nearest, test_restored_values_and_means_are_exact,
                    test_values_between_four_rows_are_bilinear});
}
