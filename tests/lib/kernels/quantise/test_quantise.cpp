// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the quantisation, and the loops that most are made of, against the definition,
// one value at a time.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/quantise/quantise.h"
#include "kernels/quantise/quantise_loops.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr std::uint8_t kPoison = 171;

/// The default rounding of <cmath> takes halves to the even number.
int definition(float value) {
  return static_cast<int>(std::nearbyint(std::clamp(value, 0.0f, 255.0f)));
}

/// Returns multiples of a quarter, so that halves are among them, from below 0 to beyond 255.
std::vector<float> random_values(int count, std::mt19937& random) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& v : values)
    v = (static_cast<float>(random() % 1201) - 100) / 4 * (random() % 2 == 0 ? 1.0f : 5.0f);
  return values;
}

void check_rows(QuantiseRow* row, const char* name) {
  std::mt19937 random(3);
  for (int count = 1; count <= 150; ++count) {
    // One value further, so that addresses are odd.
    const auto in = random_values(1 + count, random);
    for (const float factor : {1.0f, 0.5f, 3.7f}) {
      std::vector<std::uint8_t> out(count + 2, kPoison);
      row(in.data() + 1, out.data() + 1, count, factor);
      ck_assert_uint_eq(out.front(), kPoison);
      ck_assert_uint_eq(out.back(), kPoison);
      for (int i = 0; i < count; ++i) {
        const int wanted = definition(in[1 + i] * factor);
        if (out[1 + i] != wanted)
          ck_abort_msg("%s: %d values, value %d: %d, expected %d", name, count, i, out[1 + i],
                       wanted);
      }
    }
  }
}

void check_sums(QuantiseSumRow* row, const char* name) {
  std::mt19937 random(4);
  for (int length = 1; length <= 70; ++length) {
    for (const auto& [count, gap] : {std::pair{1, 0}, {3, 0}, {3, length}, {2, 5}}) {
      const Segments segments{count, length, length + gap};
      const int total = count * length;
      const auto in = random_values(1 + count * (length + gap), random);
      std::vector<std::uint8_t> addend(1 + total);
      for (auto& v : addend) v = static_cast<std::uint8_t>(random());
      for (const SumFactors factors : {SumFactors{1, 1}, {0.5f, 0.25f}, {1.3f, 0.7f}}) {
        std::vector<std::uint8_t> out(total + 2, kPoison);
        row(segments, in.data() + 1, addend.data() + 1, out.data() + 1, factors);
        ck_assert_uint_eq(out.front(), kPoison);
        ck_assert_uint_eq(out.back(), kPoison);
        for (int i = 0; i < total; ++i) {
          const float value = in[1 + i / length * (length + gap) + i % length];
          const float first = value * factors.in;
          const float second = addend[1 + i] * factors.addend;
          const int wanted = definition(first + second);
          if (out[1 + i] != wanted)
            ck_abort_msg("%s: %d segments of %d, value %d: %d, expected %d", name, count, length, i,
                         out[1 + i], wanted);
        }
        row(segments, in.data() + 1, addend.data() + 1, addend.data() + 1, factors);
        ck_assert(std::equal(addend.begin() + 1, addend.end(), out.begin() + 1));
      }
    }
  }
}

}  // namespace

START_TEST(test_every_variant_keeps_the_definition) {
  const std::vector<QuantiseVariant> variants = available(quantise_variants());
  ck_assert(!variants.empty());
  for (const QuantiseVariant& variant : variants) {
    check_rows(variant.row, variant.name.data());
    check_sums(variant.sum_row, variant.name.data());
  }
}
END_TEST

START_TEST(test_loops_keep_the_definition) {
  check_rows(quantise_row, "loops");
  check_sums(quantise_sum_row, "loops");
}
END_TEST

START_TEST(test_nan_and_large_values_are_clamped) {
  const float in[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f, 255.5f, -0.0f, 254.5f};
  const int wanted[] = {0, 255, 0, 255, 0, 255, 0, 254};
  for (const QuantiseVariant& variant : available(quantise_variants())) {
    std::uint8_t out[8] = {};
    variant.row(in, out, 8, 1);
    for (int i = 0; i < 8; ++i) ck_assert_int_eq(out[i], wanted[i]);
  }
}
END_TEST

int main() {
  return run_suite("quantise",
                   {test_every_variant_keeps_the_definition, test_loops_keep_the_definition,
                    test_nan_and_large_values_are_clamped});
}
