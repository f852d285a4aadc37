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
  for (int count = 1; count <= 150; ++count) {
    const auto total = static_cast<std::size_t>(count);
    // One value further, so that addresses are odd.
    const auto in = random_values<Value>(1 + total, random);
    const auto addend = random_values<Value>(1 + total, random);
    for (const Slopes slopes : {Slopes{1, 1}, {0, 1}, {1, 0}, {0.25f, 0.5f}}) {
      for (const bool with_addend : {false, true}) {
        std::vector<Value> out(total + 2);
        for (Value& v : out) assign(v, kPoison);
        row(count, in.data() + 1, with_addend ? addend.data() + 1 : nullptr, out.data() + 1,
            slopes);
        Value poison{};
        assign(poison, kPoison);
        ck_assert_float_eq(to_float(out.front()), to_float(poison));
        ck_assert_float_eq(to_float(out.back()), to_float(poison));
        for (std::size_t i = 1; i <= total; ++i) {
          const double wanted =
              definition(to_float(in[i]), with_addend ? to_float(addend[i]) : 0.0, slopes);
          if (!(std::abs(to_float(out[i]) - wanted) <= tolerance * std::abs(wanted) + 1e-6))
            ck_abort_msg("%s: %d values, value %zu: %g, expected %g", name, count, i - 1,
                         to_float(out[i]), wanted);
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
  eltwise_variants()[0].row_bfloat16(1000, in.data(), addend.data(), first.data(), {0.01f, 0});
  for (const EltwiseVariant& variant : available(eltwise_variants())) {
    std::vector<Bfloat16> out(1000);
    variant.row_bfloat16(1000, in.data(), addend.data(), out.data(), {0.01f, 0});
    for (std::size_t i = 0; i < out.size(); ++i) ck_assert_uint_eq(out[i].bits, first[i].bits);
  }
}
END_TEST

START_TEST(test_sums_in_place) {
  for (const EltwiseVariant& variant : available(eltwise_variants())) {
    std::vector<float> in(40), out(40);
    for (std::size_t i = 0; i < in.size(); ++i) {
      in[i] = static_cast<float>(i);
      out[i] = 10 * static_cast<float>(i);
    }
    variant.row_float(40, in.data(), out.data(), out.data(), {});
    variant.row_float(40, out.data(), in.data(), out.data(), {});
    for (std::size_t i = 0; i < in.size(); ++i) ck_assert_float_eq(out[i], 12 * in[i]);
  }
}
END_TEST

int main() {
  return run_suite("eltwise",
                   {test_every_variant_keeps_the_definition, test_loops_keep_the_definition,
                    test_variants_agree_to_the_bit, test_sums_in_place});
}
