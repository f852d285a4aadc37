// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the sums of absolute differences against the definition.
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "kernels/sad/sad.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kMaxStride = 64, kRows = 20;

int slow_sad(int size, const std::uint8_t* a, int a_stride, const std::uint8_t* b, int b_stride) {
  int sum = 0;
  for (int i = 0; i < size * size; ++i)
    sum += std::abs(a[i / size * a_stride + i % size] - b[i / size * b_stride + i % size]);
  return sum;
}

void check(const SadVariant& variant, const std::uint8_t* a, int a_stride, const std::uint8_t* b,
           int b_stride) {
  ck_assert_int_eq(variant.sad_16x16(a, a_stride, b, b_stride),
                   slow_sad(16, a, a_stride, b, b_stride));
  int around[9];
  variant.sad_16x16_around(a, a_stride, b, b_stride, around);
  for (int i = 0; i < 9; ++i)
    ck_assert_int_eq(around[i],
                     slow_sad(16, a, a_stride, b + (i / 3 - 1) * b_stride + i % 3 - 1, b_stride));
  std::uint16_t along[16];
  variant.sad_8x8_along(a, a_stride, b, b_stride, along);
  for (int i = 0; i < 16; ++i)
    ck_assert_int_eq(along[i], slow_sad(8, a, a_stride, b + i, b_stride));
}

}  // namespace

START_TEST(test_sums_equal_the_definition) {
  std::mt19937 random(5);
  for (const SadVariant& variant : available(sad_variants()))
    for (int round = 0; round < 500; ++round) {
      std::vector<std::uint8_t> bytes(2 * kMaxStride * kRows + 16);
      // In some rounds, two codes far apart make the largest sums.
      for (std::uint8_t& byte : bytes)
        byte = static_cast<std::uint8_t>(round % 3 == 0 ? random() % 2 * 255 : random());
      const int a_stride = 24 + static_cast<int>(random() % (kMaxStride - 24));
      const int b_stride = 24 + static_cast<int>(random() % (kMaxStride - 24));
      const std::uint8_t* a = bytes.data() + random() % 8;
      const std::uint8_t* b = bytes.data() + kMaxStride * kRows + b_stride + 1 + random() % 6;
      check(variant, a, a_stride, b, b_stride);
    }
}
END_TEST

START_TEST(test_black_and_white_differ_by_the_largest_sum) {
  const std::vector<std::uint8_t> black(1024, 0), white(1024, 255);
  for (const SadVariant& variant : available(sad_variants())) {
    ck_assert_int_eq(variant.sad_16x16(black.data(), 32, white.data(), 32), 255 * 256);
    std::uint16_t along[16];
    variant.sad_8x8_along(black.data(), 32, white.data(), 32, along);
    for (std::uint16_t sum : along) ck_assert_int_eq(sum, 255 * 64);
  }
}
END_TEST

int main() {
  return run_suite(
      "sad", {test_sums_equal_the_definition, test_black_and_white_differ_by_the_largest_sum});
}
