// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts that the rows with vectors are made of. test_temporal compares whole rows.
#include <array>
#include <cstddef>
#include <random>
#include <vector>

#include "kernels/temporal/temporal_vectors.h"
#include "support/check.h"
#include "support/instructions.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

std::vector<float> random_values(int count, float low, float high) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(low, high);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = uniform(random);
  return values;
}

[[gnu::noinline]] void check_quotients() {
  std::vector<float> levels = random_values(80000, 0, 6);
  for (std::size_t i = 0; i < 8; ++i) levels[i] = static_cast<float>(i) / 3;
  for (std::size_t i = 0; i < levels.size(); i += 8) {
    float found[8];
    _mm256_storeu_ps(found, level_unscaled(_mm256_loadu_ps(levels.data() + i)));
    for (std::size_t k = 0; k < 8; ++k)
      ck_assert_float_eq(found[k], levels[i + k] / kNoiseLevelScale);
  }
}

[[gnu::noinline]] void check_stores() {
  const std::vector<float> in = random_values(16, -3, 3);
  const __m256 first = _mm256_loadu_ps(in.data()), second = _mm256_loadu_ps(in.data() + 8);
  std::array<Bfloat16, 18> out{};
  store_sixteen(out.data() + 1, first, second);
  store_eight(out.data() + 1, first);
  ck_assert(out.front().bits == 0 && out.back().bits == 0);
  for (std::size_t i = 0; i < 16; ++i) {
    Bfloat16 wanted{};
    assign(wanted, in[i]);
    ck_assert_int_eq(out[i + 1].bits, wanted.bits);
  }
  float again[8];
  _mm256_storeu_ps(again, load_eight(out.data() + 1));
  for (std::size_t i = 0; i < 8; ++i) ck_assert_float_eq(again[i], to_float(out[i + 1]));
}

[[gnu::noinline]] void check_frame_numbers() {
  const std::vector<float> frame = random_values(8 * kPackedInputChannels, 0, 1);
  const FrameNumbers numbers(frame.data());
  float luma[8], luma_level[8], chroma_level[8];
  _mm256_storeu_ps(luma, numbers.luma);
  _mm256_storeu_ps(luma_level, numbers.luma_level);
  _mm256_storeu_ps(chroma_level, numbers.chroma_level);
  for (int i = 0; i < 8; ++i) {
    const float* const position = frame.data() + i * kPackedInputChannels;
    ck_assert_float_eq(luma[i], luma_sum(position, 0));
    ck_assert_float_eq(luma_level[i], position[kLumaNoiseChannel]);
    ck_assert_float_eq(chroma_level[i], position[kChromaNoiseChannel]);
  }
}

[[gnu::noinline]] void check_gains() {
  constexpr int kWidth = 20, kX = 4;
  const std::vector<float> upper = random_values(kWidth, 0, 1);
  const std::vector<float> lower(upper.rbegin(), upper.rend());
  std::vector<float> state = random_values(kWidth * kStateChannels, 0, 1);
  state[(kX + 3) * kStateChannels + kStateVariance] = kUnknownVariance;
  const GateRows<float> gate{upper.data(), lower.data(), 0.25f};
  const VectorGains gains(state.data() + kX * kStateChannels, gate, kX);
  for (std::size_t i = 0; i < kUpdated; ++i) {
    const int x = kX + static_cast<int>(i);
    const Gains wanted = gains_at(state.data() + x * kStateChannels, gate, x, kWidth);
    ck_assert_float_eq(gains.gain[i], wanted.gain);
    ck_assert_float_eq(gains.share[i], wanted.share);
    ck_assert_float_eq(gains.variance[i], wanted.variance);
  }
}

}  // namespace

START_TEST(test_quotients_are_those_of_a_division) { check_quotients(); }
END_TEST

START_TEST(test_values_are_rounded_as_one_by_one) { check_stores(); }
END_TEST

START_TEST(test_numbers_of_eight_positions_of_a_frame) { check_frame_numbers(); }
END_TEST

START_TEST(test_gains_are_those_of_one_position) { check_gains(); }
END_TEST

namespace {
constexpr const TTest* kTests[] = {DAE_TEST(test_quotients_are_those_of_a_division),
                                   DAE_TEST(test_values_are_rounded_as_one_by_one),
                                   DAE_TEST(test_numbers_of_eight_positions_of_a_frame),
                                   DAE_TEST(test_gains_are_those_of_one_position)};
}  // namespace

constinit const InstructionSuite denoiseae::test::kInstructionSuite{"temporal_vectors",
                                                                    Instructions::avx2, kTests};
