// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the direct convolutions against the definition.
#include <cstdint>
#include <vector>

#include "kernels/direct_convolution/direct_convolution.h"
#include "kernels/direct_convolution/direct_layout.h"
#include "lib/kernels/direct_convolution/direct_case.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_each_variant_computes_the_definition) {
  for (const SampleType type : kTypes)
    for (const DirectVariant& variant : available(direct_variants(type)))
      for (int outputs = 1; outputs <= 70; ++outputs)
        for (unsigned i = 0; i < 6; ++i)
          drawn_case(type, outputs, 100 * static_cast<unsigned>(outputs) + i).check(variant);
}
END_TEST

START_TEST(test_shapes_of_networks) {
  for (const SampleType type : kTypes) {
    for (const DirectVariant& variant : available(direct_variants(type))) {
      for (Case of : cases_of_networks(type)) {
        of.shape.group_lanes = variant.group_lanes;
        of.check(variant);
      }
    }
  }
}
END_TEST

/// Whole numbers have exact sums, so that all variants round the same values.
START_TEST(test_codes_are_the_same_in_all_variants) {
  constexpr int kWidth = 50;
  const DirectShape shape{16, 16, 3, 1, 1, kWidth, kWidth};
  Random random(7);
  std::vector<std::uint8_t> in(3 * kWidth * 16);
  for (std::uint8_t& code : in) code = static_cast<std::uint8_t>(draw(random, 0, 255));
  std::vector<float> weights(16 * 16 * 9);
  for (float& weight : weights) weight = static_cast<float>(draw(random, -64, 64));
  const std::vector<float> of_lanes = direct_weights(shape, SampleType::code, weights);
  const std::vector<std::int8_t> in_order(of_lanes.begin(), of_lanes.end());
  const std::vector<float> bias(16, 1.5f), scales(16, 1.0f / 3001);
  DirectEpilogue end;
  end.out = SampleType::code;
  std::vector<std::uint8_t> first;
  for (const DirectVariant& variant : available(direct_variants(SampleType::code))) {
    std::vector<std::uint8_t> out(kWidth * 16);
    DirectRow row{};
    for (int k = 0; k < 3; ++k) row.in[k] = in.data() + k * kWidth * 16;
    row.out = out.data();
    std::vector<char> scratch(direct_scratch_bytes(shape, variant));
    variant.rows(shape, {in_order.data(), bias.data(), scales.data()}, end, {&row, 1},
                 scratch.data());
    if (first.empty()) first = out;
    ck_assert(out == first);
  }
}
END_TEST

START_TEST(test_positions_of_few_outputs_share_a_vector) {
  const DirectLayout two({16, 2, 3, 1, 1, 61, 61}, SampleType::float32);
  ck_assert_int_eq(two.group, 4);
  ck_assert_int_eq(two.lanes, 8);
  ck_assert_int_eq(two.taps, 6);
  ck_assert_int_eq(two.groups, 16);
  ck_assert_int_eq(two.padded_lanes(), 8);
  const DirectLayout many({16, 24, 3, 1, 1, 61, 61}, SampleType::bfloat16);
  ck_assert_int_eq(many.group, 1);
  ck_assert_int_eq(many.words, 8);
  ck_assert_int_eq(many.padded_lanes(), 24);
  ck_assert_int_eq(many.block_lanes(0), 16);
  ck_assert_int_eq(many.block_lanes(20), 8);
}
END_TEST

int main() {
  return run_suite(
      "direct_convolution",
      {test_each_variant_computes_the_definition, test_shapes_of_networks,
       test_codes_are_the_same_in_all_variants, test_positions_of_few_outputs_share_a_vector});
}
