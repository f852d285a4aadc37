// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the element-wise operations, and the loops that most are made of, against the
// definition, one value at a time.
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/eltwise/eltwise.h"
#include "kernels/eltwise/eltwise_loops.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kPoison = 12345;

double definition(double value, double addend, Slopes slopes) {
  const auto leaky = [](double x, double slope) { return x > 0 ? x : x * slope; };
  return leaky(leaky(value, slopes.before) + addend, slopes.after);
}

template <typename Value>
std::vector<Value> random_values(std::size_t count, std::mt19937& random) {
  std::vector<Value> values(count);
  for (Value& v : values) assign(v, static_cast<float>(random() % 20001) / 1000.0f - 10);
  return values;
}

template <typename Value>
void check(EltwiseRow<Value>* row, const char* name, double tolerance) {
  std::mt19937 random(3);
  for (int length = 1; length <= 70; ++length) {
    for (const auto& [count, gap] : {std::pair{1, 0}, {3, 0}, {3, length}, {2, 5}}) {
      const Segments segments{count, length, length + gap};
      const auto total = static_cast<std::size_t>(count) * static_cast<std::size_t>(length);
      // One value further, so that addresses are odd.
      const auto in = random_values<Value>(1 + count * (length + gap), random);
      const auto addend = random_values<Value>(1 + total, random);
      for (const Slopes slopes : {Slopes{1, 1}, {0, 1}, {1, 0}, {0.25f, 0.5f}}) {
        for (const bool with_addend : {false, true}) {
          std::vector<Value> out(total + 2);
          for (Value& v : out) assign(v, kPoison);
          row(segments, in.data() + 1, with_addend ? addend.data() + 1 : nullptr, out.data() + 1,
              slopes);
          Value poison{};
          assign(poison, kPoison);
          ck_assert_float_eq(to_float(out.front()), to_float(poison));
          ck_assert_float_eq(to_float(out.back()), to_float(poison));
          for (std::size_t i = 0; i < total; ++i) {
            const std::size_t at = 1 + i / length * (length + gap) + i % length;
            const double wanted =
                definition(to_float(in[at]), with_addend ? to_float(addend[1 + i]) : 0.0, slopes);
            if (!(std::abs(to_float(out[1 + i]) - wanted) <= tolerance * std::abs(wanted) + 1e-6))
              ck_abort_msg("%s: %d segments of %d, value %zu: %g, expected %g", name, count, length,
                           i, to_float(out[1 + i]), wanted);
          }
        }
      }
    }
  }
}

}  // namespace

START_TEST(test_every_variant_keeps_the_definition) {
  const std::vector<EltwiseVariant> variants = available(eltwise_variants());
  ck_assert(!variants.empty());
  for (const EltwiseVariant& variant : variants) {
    check<float>(variant.row_float, variant.name.data(), 1e-6);
    check<Bfloat16>(variant.row_bfloat16, variant.name.data(), 1.0 / 256);
  }
}
END_TEST

START_TEST(test_loops_keep_the_definition) {
  check<float>(eltwise_row<float>, "loops", 1e-6);
  check<Bfloat16>(eltwise_row<Bfloat16>, "loops", 1.0 / 256);
}
END_TEST

START_TEST(test_variants_agree_to_the_bit) {
  std::mt19937 random(7);
  const auto in = random_values<Bfloat16>(1000, random);
  const auto addend = random_values<Bfloat16>(1000, random);
  std::vector<Bfloat16> first(1000);
  eltwise_variants()[0].row_bfloat16({1, 1000, 1000}, in.data(), addend.data(), first.data(),
                                     {0.01f, 0});
  for (const EltwiseVariant& variant : available(eltwise_variants())) {
    std::vector<Bfloat16> out(1000);
    variant.row_bfloat16({1, 1000, 1000}, in.data(), addend.data(), out.data(), {0.01f, 0});
    for (std::size_t i = 0; i < out.size(); ++i) ck_assert_uint_eq(out[i].bits, first[i].bits);
  }
}
END_TEST

START_TEST(test_depth_to_space_and_sums_in_place) {
  // Two positions of four channels become two rows of the output: 0 1 4 5 and 2 3 6 7. This is the
  // second one.
  const float in[] = {0, 1, 2, 3, 4, 5, 6, 7};
  for (const EltwiseVariant& variant : available(eltwise_variants())) {
    float out[] = {10, 20, 30, 40};
    variant.row_float({2, 2, 4}, in + 2, out, out, {});
    const float wanted[] = {12, 23, 36, 47};
    for (int i = 0; i < 4; ++i) ck_assert_float_eq(out[i], wanted[i]);
  }
}
END_TEST

int main() {
  return run_suite("eltwise",
                   {test_every_variant_keeps_the_definition, test_loops_keep_the_definition,
                    test_variants_agree_to_the_bit, test_depth_to_space_and_sums_in_place});
}
