// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "kernels/amx_convolution/amx_convolution.h"
#include "kernels/amx_tiles.h"
#include "support/check.h"
#include "support/instructions.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kLanes = 16;
constexpr std::uint16_t kUntouched = 0x4242;

// A sequence of numbers that looks random, the same in each run.
class Numbers {
 public:
  int next(int low, int high) {
    state_ = state_ * 1103515245 + 12345;
    return low + static_cast<int>((state_ >> 8) % static_cast<std::uint32_t>(high - low + 1));
  }
  float next_float() { return static_cast<float>(next(-5000, 5000)) / 1000; }

 private:
  std::uint32_t state_ = 1;
};

double slow_leaky(double x, double slope) { return x < 0 ? slope * x : x; }

[[gnu::noinline]] void check_leaky() {
  for (const float slope : {0.0f, 0.01f, 0.5f, 1.0f}) {
    alignas(64) float values[kLanes], results[kLanes];
    for (int i = 0; i < kLanes; ++i) values[i] = static_cast<float>(i - 8) / 4;
    _mm512_store_ps(results, leaky(_mm512_load_ps(values), _mm512_set1_ps(slope)));
    for (int i = 0; i < kLanes; ++i)
      ck_assert_double_eq_tol(results[i], slow_leaky(values[i], slope), 1e-7);
  }
}

[[gnu::noinline]] void check_bfloat16() {
  Numbers numbers;
  alignas(32) Bfloat16 values[kLanes];
  alignas(64) float results[kLanes];
  for (Bfloat16& value : values) assign(value, numbers.next_float());
  _mm512_store_ps(results,
                  from_bfloat16(_mm256_load_si256(reinterpret_cast<const __m256i*>(values))));
  for (int i = 0; i < kLanes; ++i) ck_assert_float_eq(results[i], to_float(values[i]));
}

[[gnu::noinline]] void check_codes() {
  alignas(16) std::uint8_t codes[kLanes];
  alignas(64) float values[kLanes];
  for (int first = 0; first < 256; first += kLanes) {
    for (int i = 0; i < kLanes; ++i) codes[i] = static_cast<std::uint8_t>(first + i);
    _mm512_store_ps(values, from_codes(_mm_load_si128(reinterpret_cast<const __m128i*>(codes))));
    for (int i = 0; i < kLanes; ++i) ck_assert_float_eq(values[i], static_cast<float>(first + i));
  }
  // Multiples of a quarter, so that halves are among them, from below 0 to beyond 255.
  for (int first = -40; first < 1200; first += kLanes) {
    for (int i = 0; i < kLanes; ++i) values[i] = static_cast<float>(first + i) / 4;
    _mm_store_si128(reinterpret_cast<__m128i*>(codes), to_codes(_mm512_load_ps(values)));
    for (int i = 0; i < kLanes; ++i)
      ck_assert_int_eq(codes[i],
                       static_cast<int>(std::nearbyint(std::clamp(values[i], 0.0f, 255.0f))));
  }
}

template <bool has_addend>
[[gnu::noinline]] void check_pairs() {
  constexpr int kGroups = 5, kStep = 40;
  Numbers numbers;
  alignas(64) float sums[kGroups * kLanes], next[kGroups * kLanes];
  for (float& sum : sums) sum = numbers.next_float();
  for (float& sum : next) sum = numbers.next_float();
  // One value further, so that addresses are odd.
  Bfloat16 addend[1 + kGroups * kStep], out[1 + kGroups * kStep];
  for (Bfloat16& value : addend) assign(value, numbers.next_float());
  for (Bfloat16& value : out) value.bits = kUntouched;
  const float before = has_addend ? 0.25f : 1, after = 0.125f;
  finish_pairs<has_addend>(sums, next, kGroups, _mm512_set1_ps(before), _mm512_set1_ps(after),
                           addend + 1, out + 1, kStep);
  ck_assert_int_eq(out[0].bits, kUntouched);
  for (int i = 0; i < kGroups * kStep; ++i) {
    const int group = i / kStep, value = i % kStep;
    if (value >= 2 * kLanes) {
      ck_assert_int_eq(out[1 + i].bits, kUntouched);
      continue;
    }
    const float sum =
        value < kLanes ? sums[group * kLanes + value] : next[group * kLanes + value - kLanes];
    const double added = slow_leaky(sum, before) + (has_addend ? to_float(addend[1 + i]) : 0);
    const double wanted = slow_leaky(added, after);
    ck_assert_double_eq_tol(to_float(out[1 + i]), wanted, std::abs(wanted) / 256 + 1e-6);
  }
}

[[gnu::noinline]] void check_product() {
  // Tile 1 holds 16 rows of 32 values; tile 2 holds pairs of rows of 32 x 16 values.
  Numbers numbers;
  float rows[16][32], columns[32][16];
  alignas(64) Bfloat16 a[16][32], b[16][16][2];
  for (int y = 0; y < 16; ++y)
    for (int k = 0; k < 32; ++k) {
      rows[y][k] = static_cast<float>(numbers.next(-100, 100));
      columns[k][y] = static_cast<float>(numbers.next(-100, 100));
      assign(a[y][k], rows[y][k]);
      assign(b[k / 2][y][k % 2], columns[k][y]);
    }
  alignas(64) float product[16][16];
  {
    const TilesInUse tiles;
    _tile_zero(0);
    _tile_loadd(1, a, 64);
    _tile_loadd(2, b, 64);
    _tile_dpbf16ps(0, 1, 2);
    _tile_stored(0, product, 64);
  }
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 16; ++x) {
      double sum = 0;
      for (int k = 0; k < 32; ++k) sum += double{rows[y][k]} * columns[k][x];
      ck_assert_double_eq(product[y][x], sum);
    }
}

}  // namespace

START_TEST(test_negative_values_are_multiplied_by_the_slope) {
  need_avx512bf16();
  check_leaky();
}
END_TEST

START_TEST(test_bfloat16_becomes_float) {
  need_avx512bf16();
  check_bfloat16();
}
END_TEST

START_TEST(test_codes_become_floats_and_back) {
  need_avx512bf16();
  check_codes();
}
END_TEST

START_TEST(test_pairs_of_groups_are_finished_value_by_value) {
  need_avx512bf16();
  check_pairs<false>();
  check_pairs<true>();
}
END_TEST

START_TEST(test_the_configuration_has_the_layout_of_the_instruction) {
  // Intel's manual: byte 0 is the palette, 16 words of bytes per row begin at byte 16, 16 bytes of
  // rows at byte 48.
  const TileConfig config;
  std::uint8_t bytes[64];
  static_assert(sizeof config == sizeof bytes);
  std::memcpy(bytes, &config, sizeof bytes);
  for (int i = 0; i < 64; ++i) {
    const bool is_row_bytes = i >= 16 && i < 32 && i % 2 == 0, is_rows = i >= 48 && i < 56;
    ck_assert_int_eq(bytes[i], i == 0 ? 1 : is_row_bytes ? 64 : is_rows ? 16 : 0);
  }
}
END_TEST

START_TEST(test_tiles_multiply_while_they_are_in_use) {
  if (!has_amx()) skip_test("this CPU has no AMX tiles of bfloat16");
  check_product();
}
END_TEST

namespace {
constexpr const TTest* kTests[] = {
    DAE_TEST(test_negative_values_are_multiplied_by_the_slope),
    DAE_TEST(test_bfloat16_becomes_float),
    DAE_TEST(test_codes_become_floats_and_back),
    DAE_TEST(test_pairs_of_groups_are_finished_value_by_value),
    DAE_TEST(test_the_configuration_has_the_layout_of_the_instruction),
    DAE_TEST(test_tiles_multiply_while_they_are_in_use)};
}  // namespace

constinit const InstructionSuite denoiseae::test::kInstructionSuite{"amx_tiles",
                                                                    Instructions::avx512, kTests};
