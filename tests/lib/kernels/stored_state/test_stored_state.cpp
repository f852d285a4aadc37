// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the loops over a stored past against the definition, one value at a time.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/stored_state/stored_state.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kMaxValues = 150;
constexpr float kPoison = 77;

std::vector<std::int16_t> random_samples(int count, std::mt19937& random) {
  std::vector<std::int16_t> samples(static_cast<std::size_t>(count));
  for (std::int16_t& s : samples) s = static_cast<std::int16_t>(random());
  return samples;
}

/// Calls check(i) for all values, and finds those beside them untouched.
template <typename Check>
void check_values(const std::vector<float>& out, int count, const Check& check) {
  ck_assert_float_eq(out.front(), kPoison);
  ck_assert_float_eq(out.back(), kPoison);
  for (int i = 0; i < count; ++i) check(i, out[static_cast<std::size_t>(i + 1)]);
}

}  // namespace

/// Quarters of a step, so that halves are among them, and values beyond the ends.
START_TEST(test_stored_values_are_the_nearest) {
  std::mt19937 random(1);
  for (const StoredStateVariant& variant : available(stored_state_variants())) {
    for (int count = 1; count <= kMaxValues; ++count) {
      std::vector<float> in(static_cast<std::size_t>(count + 1));
      for (float& v : in) v = kStoredUnit * (static_cast<float>(random() % 280001) / 4 - 35000.0f);
      std::vector<std::int16_t> out(static_cast<std::size_t>(count + 2), 123);
      variant.loops->store(in.data() + 1, count, out.data() + 1);
      ck_assert_int_eq(out.front(), 123);
      ck_assert_int_eq(out.back(), 123);
      for (std::size_t i = 1; i < in.size(); ++i) {
        const double wanted =
            std::clamp(std::nearbyint(in[i] / double{kStoredUnit}), -32768.0, 32767.0);
        ck_assert_msg(out[i] == wanted, "%s: %g becomes %d, expected %g", variant.name.data(),
                      in[i], out[i], wanted);
      }
    }
  }
}
END_TEST

START_TEST(test_loops_equal_the_definition) {
  std::mt19937 random(2);
  const StoredStateLoops& plain = *stored_state_variants()[0].loops;
  for (const StoredStateVariant& variant : available(stored_state_variants())) {
    const StoredStateLoops& loops = *variant.loops;
    for (int count = 1; count <= kMaxValues; ++count) {
      // One further, so that pointers are odd.
      std::array<std::vector<std::int16_t>, 4> rows;
      std::array<const std::int16_t*, 4> in;
      for (std::size_t k = 0; k < rows.size(); ++k) {
        rows[k] = random_samples(count + 1, random);
        in[k] = rows[k].data() + 1;
      }
      const auto fresh = [count] {
        return std::vector<float>(static_cast<std::size_t>(count + 2), kPoison);
      };
      std::vector<float> out = fresh(), expected = fresh();
      loops.restore(in[0], count, out.data() + 1);
      check_values(out, count,
                   [&](int i, float v) { ck_assert_float_eq(v, in[0][i] * kStoredUnit); });

      out = fresh();
      loops.mean(in[0], in[1], in[2], in[3], count, out.data() + 1);
      check_values(out, count, [&](int i, float v) {
        const double sum = double{kStoredUnit} * (in[0][i] + in[1][i] + in[2][i] + in[3][i]);
        ck_assert_double_eq(v, sum / 4);
      });

      const float right = static_cast<float>(random() % 8) / 8;
      const float lower = static_cast<float>(random() % 8) / 8;
      out = fresh();
      loops.between(in[0], in[1], in[2], in[3], right, lower, count, out.data() + 1);
      check_values(out, count, [&](int i, float v) {
        const double above = (1 - right) * in[0][i] + right * in[1][i];
        const double below = (1 - right) * in[2][i] + right * in[3][i];
        ck_assert_double_eq_tol(v, kStoredUnit * ((1 - lower) * above + lower * below), 1e-6);
      });
      plain.between(in[0], in[1], in[2], in[3], right, lower, count, expected.data() + 1);
      ck_assert(out == expected);
    }
  }
}
END_TEST

int main() {
  return run_suite("stored_past",
                   {test_stored_values_are_the_nearest, test_loops_equal_the_definition});
}
