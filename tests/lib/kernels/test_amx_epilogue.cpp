// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <type_traits>
#include <vector>

#include "kernels/amx_epilogue.h"
#include "support/check.h"
#include "support/instructions.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kGroups = 7;

struct Case {
  AmxShape shape;
  AmxEpilogue epilogue;
  bool has_scales;
  bool has_addend;
};

double leaky_relu(double x, double slope) { return x < 0 ? slope * x : x; }

// Two tiles of sums, 16 lanes of each for every group. Lane by lane, a position of the output has
// its channels in the first of its lanes; the other lanes are not used.
struct Sums {
  alignas(64) float values[2][256];
  alignas(64) float scales[16];

  explicit Sums(std::mt19937& random) {
    std::uniform_real_distribution<float> value(-2, 2), scale(0.5f, 2);
    for (auto& tile : values)
      for (float& sum : tile) sum = value(random);
    for (float& s : scales) s = scale(random);
  }
};

template <typename Out, typename Addend>
[[gnu::noinline]] void check(const Case& c, std::mt19937& random) {
  const Sums sums(random);
  const int values = c.shape.group() * c.shape.outputs;
  const GroupsEpilogue<Out, Addend> epilogue(c.shape, c.has_scales ? sums.scales : nullptr,
                                             c.epilogue);
  ck_assert_int_eq(epilogue.values(), values);
  // One value further, so that addresses are odd.
  std::vector<Addend> addend(static_cast<std::size_t>(1 + kGroups * values));
  for (Addend& value : addend) assign(value, std::uniform_real_distribution<float>(-2, 2)(random));
  const Out untouched{};
  std::vector<Out> out(static_cast<std::size_t>(2 + kGroups * values), untouched);
  epilogue(sums.values[0], kGroups, c.has_addend ? addend.data() + 1 : nullptr, out.data() + 1);
  ck_assert_double_eq(to_float(out.front()), to_float(untouched));
  ck_assert_double_eq(to_float(out.back()), to_float(untouched));
  for (int i = 0; i < kGroups * values; ++i) {
    const int position = i % values / c.shape.outputs, channel = i % c.shape.outputs;
    const int lane = position * c.shape.lanes() + channel;
    double wanted = sums.values[lane / 16][i / values * 16 + lane % 16];
    if (c.has_scales) wanted *= sums.scales[lane % 16];
    wanted = leaky_relu(wanted, c.epilogue.before);
    if (c.has_addend) wanted += to_float(addend[static_cast<std::size_t>(1 + i)]);
    wanted = leaky_relu(wanted, c.epilogue.after);
    if (c.epilogue.sigmoid) wanted = 1 / (1 + std::exp(-wanted));
    wanted *= c.epilogue.factor;
    double tolerance = 1e-5;
    if (std::is_same_v<Out, std::uint8_t>) {
      wanted = std::clamp(wanted, 0.0, 255.0);
      tolerance = 0.5001;
    } else if (std::is_same_v<Out, Bfloat16>) {
      tolerance += std::abs(wanted) / 256;
    } else {
      tolerance *= 1 + std::abs(wanted);
    }
    const double found = to_float(out[static_cast<std::size_t>(1 + i)]);
    if (std::abs(found - wanted) > tolerance)
      ck_abort_msg("%d inputs, %d outputs, value %d: %g, expected %g", c.shape.inputs,
                   c.shape.outputs, i, found, wanted);
  }
}

}  // namespace

START_TEST(test_values_equal_the_definition) {
  need_avx512bf16();
  std::mt19937 random(1);
  for (const int inputs : {8, 16})
    for (int outputs = 1; outputs <= inputs; ++outputs)
      for (int i = 0; i < 32; ++i) {
        Case c{{inputs, outputs, 64}, {}, (i & 1) != 0, (i & 2) != 0};
        if ((i & 4) != 0) c.epilogue.before = 0.25f;
        if ((i & 8) != 0) c.epilogue.after = 0.125f;
        c.epilogue.sigmoid = (i & 16) != 0;
        check<Bfloat16, Bfloat16>(c, random);
        check<Bfloat16, float>(c, random);
        check<float, Bfloat16>(c, random);
        check<float, float>(c, random);
        c.epilogue.factor = 150;
        check<float, float>(c, random);
        check<std::uint8_t, Bfloat16>(c, random);
        check<std::uint8_t, float>(c, random);
      }
}
END_TEST

namespace {
constexpr const TTest* kTests[] = {DAE_TEST(test_values_equal_the_definition)};
}  // namespace

constinit const InstructionSuite denoiseae::test::kInstructionSuite{"amx_epilogue",
                                                                    Instructions::avx512, kTests};
