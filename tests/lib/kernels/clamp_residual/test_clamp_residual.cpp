// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstdint>
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

}  // namespace

START_TEST(test_limits_equal_the_plain_loops) {
  const ResidualLimits limits{0.6f, 1, -0.02f, 1e-4f, 1e-12f};
  const ClampResidualVariant& plain = clamp_residual_variants().front();
  for (const ClampResidualVariant& variant : available(clamp_residual_variants())) {
    for (int blocks = 0; blocks <= kMaxBlocks; ++blocks) {
      std::mt19937 random(static_cast<unsigned>(blocks));
      const auto draw = [&] { return static_cast<float>(random()) / 4294967296.0f; };
      std::vector<float> told(static_cast<std::size_t>(kPackedInputChannels * blocks));
      for (float& value : told) value = draw() < 0.2f ? 0 : 0.1f * draw();
      std::vector<float> wanted(static_cast<std::size_t>(kPackedChannels * blocks));
      for (float& value : wanted) value = 0.2f * draw() - 0.1f;
      if (blocks > 5) wanted[20] = std::numeric_limits<float>::quiet_NaN();
      std::vector<float> found = wanted;
      plain.clamp(limits, told.data(), wanted.data(), blocks);
      variant.clamp(limits, told.data(), found.data(), blocks);
      ck_assert(wanted.empty() ||
                std::memcmp(wanted.data(), found.data(), wanted.size() * sizeof(float)) == 0);
    }
  }
}
END_TEST

int main() { return run_suite("clamp_residual", {test_limits_equal_the_plain_loops}); }
