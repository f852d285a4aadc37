// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/clamp_residual/clamp_residual.h"
#include "layout/packed_layout.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kMaxBlocks = 37;
constexpr ResidualLimits kLimits{0.6f, 1, -0.02f, 1e-4f, 1e-12f};

/// Blocks of input, a fifth of whose levels are 0, and of residual.
struct Blocks {
  std::vector<float> input, residual;

  explicit Blocks(int count) {
    std::mt19937 random(static_cast<unsigned>(count));
    const auto draw = [&] { return std::uniform_real_distribution<float>(0, 1)(random); };
    input.resize(static_cast<std::size_t>(kPackedInputChannels * count));
    for (float& value : input) value = draw() < 0.2f ? 0 : 0.1f * draw();
    residual.resize(static_cast<std::size_t>(kPackedChannels * count));
    for (float& value : residual) value = 0.2f * draw() - 0.1f;
  }
};

// The definition for one channel of one block.
double slow_clamp(double residual, double level, double floor) {
  const double limit =
      std::max(kLimits.factor * level, kLimits.steep_factor * level + kLimits.offset);
  return std::clamp(residual * level * level / (level * level + floor), -limit, limit);
}

}  // namespace

START_TEST(test_each_variant_computes_the_definition) {
  for (const ClampResidualVariant& variant : available(clamp_residual_variants()))
    for (int count = 0; count <= kMaxBlocks; ++count) {
      const Blocks blocks(count);
      std::vector<float> found = blocks.residual;
      variant.clamp(kLimits, blocks.input.data(), found.data(), count);
      for (std::size_t i = 0; i < found.size(); ++i) {
        const bool is_luma = i % kPackedChannels < 4;
        const float level = blocks.input[i / kPackedChannels * kPackedInputChannels +
                                         (is_luma ? kLumaNoiseChannel : kChromaNoiseChannel)];
        const double wanted = slow_clamp(blocks.residual[i], level,
                                         is_luma ? kLimits.luma_floor : kLimits.chroma_floor);
        if (!(std::abs(found[i] - wanted) <= 1e-7))
          ck_abort_msg("%s, value %zu: %g, expected %g", variant.name.data(), i, found[i], wanted);
      }
    }
}
END_TEST

START_TEST(test_variants_equal_the_plain_loops) {
  const ClampResidualVariant& plain = clamp_residual_variants().front();
  for (const ClampResidualVariant& variant : available(clamp_residual_variants()))
    for (int count = 6; count <= kMaxBlocks; ++count) {
      const Blocks blocks(count);
      std::vector<float> wanted = blocks.residual;
      wanted[20] = std::numeric_limits<float>::quiet_NaN();
      std::vector<float> found = wanted;
      plain.clamp(kLimits, blocks.input.data(), wanted.data(), count);
      variant.clamp(kLimits, blocks.input.data(), found.data(), count);
      ck_assert(std::isnan(found[20]));
      ck_assert(std::memcmp(wanted.data(), found.data(), wanted.size() * sizeof(float)) == 0);
    }
}
END_TEST

int main() {
  return run_suite("clamp_residual", {test_each_variant_computes_the_definition,
                                      test_variants_equal_the_plain_loops});
}
