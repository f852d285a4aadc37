// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/luma_codes/luma_codes.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kMaxBlocks = 37;

}  // namespace

START_TEST(test_luma_codes_equal_the_plain_loops) {
  constexpr int kBottom = 2 * kMaxBlocks + 16;
  const LumaCodesVariant& plain = luma_codes_variants().front();
  for (const LumaCodesVariant& variant : available(luma_codes_variants())) {
    for (const int channels : {4, kPackedInputChannels, kStateChannels})
      for (int blocks = 0; blocks <= kMaxBlocks; ++blocks) {
        std::mt19937 random(static_cast<unsigned>(blocks));
        std::vector<float> values(static_cast<std::size_t>(channels * blocks));
        for (float& value : values)
          value = static_cast<float>(random()) / 4294967296.0f * 1.6f - 0.8f;
        if (blocks > 5) values[20] = std::numeric_limits<float>::quiet_NaN();
        std::vector<std::uint8_t> wanted(4 * kMaxBlocks + 32, 77), found = wanted;
        plain.luma_codes(values.data(), channels, blocks, wanted.data(), wanted.data() + kBottom);
        variant.luma_codes(values.data(), channels, blocks, found.data(), found.data() + kBottom);
        ck_assert(wanted == found);
      }
  }
}
END_TEST

int main() { return run_suite("luma_codes", {test_luma_codes_equal_the_plain_loops}); }
