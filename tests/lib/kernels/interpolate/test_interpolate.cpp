// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the interpolation, and the loops that they are made of, against the definition.
#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/interpolate/interpolate.h"
#include "kernels/interpolate/interpolate_loops.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kSamples = kInterpolatedSide * kInterpolatedSide;
constexpr float kUntouched = 77;

/// A square of samples with a gap after each row, and weights along both axes.
struct Block {
  std::ptrdiff_t stride;
  std::vector<float> samples;
  std::array<float, kTaps> across, down;

  explicit Block(std::mt19937& random) : stride(kInterpolationSide + random() % 9) {
    std::uniform_real_distribution<float> value(-1, 1);
    samples.resize(static_cast<std::size_t>(1 + kInterpolationSide * stride));
    for (float& sample : samples) sample = value(random);
    for (float& weight : across) weight = value(random);
    for (float& weight : down) weight = value(random);
  }
  /// The first sample, one further, so that addresses are odd.
  const float* from() const { return samples.data() + 1; }
  double slow(int x, int y) const {
    double sum = 0;
    for (int i = 0; i < kTaps; ++i)
      for (int k = 0; k < kTaps; ++k)
        sum += double{down[static_cast<std::size_t>(i)]} * across[static_cast<std::size_t>(k)] *
               from()[(y + i) * stride + x + k];
    return sum;
  }
};

std::vector<float> run(Interpolate* interpolate, const Block& block) {
  std::vector<float> out(kSamples + 2, kUntouched);
  interpolate(block.from(), block.stride, block.across.data(), block.down.data(), out.data() + 1);
  ck_assert_float_eq(out.front(), kUntouched);
  ck_assert_float_eq(out.back(), kUntouched);
  return out;
}

void check(Interpolate* interpolate, const char* name) {
  std::mt19937 random(1);
  for (int round = 0; round < 100; ++round) {
    const Block block(random);
    const std::vector<float> out = run(interpolate, block);
    for (int i = 0; i < kSamples; ++i) {
      const double wanted = block.slow(i % kInterpolatedSide, i / kInterpolatedSide);
      const float found = out[static_cast<std::size_t>(i + 1)];
      if (std::abs(found - wanted) > 1e-5)
        ck_abort_msg("%s, sample %d: %g, expected %g", name, i, found, wanted);
    }
  }
}

}  // namespace

START_TEST(test_each_variant_computes_the_definition) {
  for (const InterpolateVariant& variant : available(interpolate_variants()))
    check(variant.interpolate, variant.name.data());
}
END_TEST

START_TEST(test_loops_compute_the_definition) { check(interpolate, "loops"); }
END_TEST

START_TEST(test_variants_agree_to_the_bit) {
  std::mt19937 random(2);
  const Block block(random);
  const std::vector<float> plain = run(interpolate_variants().front().interpolate, block);
  for (const InterpolateVariant& variant : available(interpolate_variants()))
    ck_assert(run(variant.interpolate, block) == plain);
}
END_TEST

int main() {
  return run_suite("interpolate",
                   {test_each_variant_computes_the_definition, test_loops_compute_the_definition,
                    test_variants_agree_to_the_bit});
}
