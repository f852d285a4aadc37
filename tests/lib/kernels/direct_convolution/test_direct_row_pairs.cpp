// SPDX-License-Identifier: LGPL-2.1-or-later
// The sums of two rows at a time, with the vectors of AVX-512.
#include <hwy/highway.h>

#include <array>
#include <vector>

#include "kernels/direct_convolution/direct_products.h"
#include "kernels/direct_convolution/direct_row_pairs.h"
#include "support/check.h"
#include "support/instructions.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Windows of kernel x words, of groups that are step words apart. lacking: a row of the input that
/// is not there, or -1.
void check_pair(int kernel, int words, int step, int lacking) {
  const int row = (kPairGroups - 1) * step + words;
  std::vector<float> in(static_cast<std::size_t>((kernel + 1) * row));
  std::vector<float> weights(static_cast<std::size_t>(kernel * words * kBlock));
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<float>(i % 7) - 3;
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i % 11) - 5;
  std::vector<const char*> rows;
  for (int y = 0; y <= kernel; ++y)
    rows.push_back(y == lacking ? nullptr : reinterpret_cast<const char*>(in.data() + y * row));
  alignas(64) float sums[2][kPairGroups * kBlock];
  sum_pair_products<FloatProducts<kBlock>>(kernel, words, std::ptrdiff_t{4} * step, rows.data(),
                                           reinterpret_cast<const char*>(weights.data()), sums[0],
                                           sums[1]);
  for (int r = 0; r < 2; ++r)
    for (int i = 0; i < kPairGroups * kBlock; ++i) {
      const int group = i / kBlock, lane = i % kBlock;
      float wanted = 0;
      for (int y = 0; y < kernel; ++y)
        for (int word = 0; y + r != lacking && word < words; ++word)
          wanted += in[static_cast<std::size_t>((y + r) * row + group * step + word)] *
                    weights[static_cast<std::size_t>((y * words + word) * kBlock + lane)];
      ck_assert_float_eq(sums[r][i], wanted);
    }
}

}  // namespace

START_TEST(test_each_row_has_sums_of_its_own) {
  for (const int kernel : {2, 3, 5})
    for (const int words : {1, 6, 13})
      for (const int step : {1, 4})
        for (int lacking = -1; lacking <= kernel; ++lacking)
          check_pair(kernel, words, step, lacking);
}
END_TEST

START_TEST(test_rows_that_lie_below_each_other_share_their_window) {
  const std::array<char, 8> memory{};
  const auto row_at = [&](int first, int step, int kernel) {
    DirectRow row{};
    for (int y = 0; y < kernel; ++y)
      row.in[static_cast<std::size_t>(y)] = &memory[first + y * step];
    return row;
  };
  DirectShape shape;
  ck_assert(share_rows(shape, row_at(0, 1, 3), row_at(1, 1, 3)));
  ck_assert(!share_rows(shape, row_at(0, 1, 3), row_at(2, 1, 3)));
  DirectRow top = row_at(0, 1, 3);
  top.in[0] = nullptr;
  ck_assert(share_rows(shape, top, row_at(1, 1, 3)));
  ck_assert(!share_rows(shape, row_at(0, 1, 3), top));
  shape.kernel = 1;
  ck_assert(!share_rows(shape, row_at(0, 1, 1), row_at(1, 1, 1)));
}
END_TEST

namespace {

constexpr const TTest* kTests[] = {
    DAE_TEST(test_each_row_has_sums_of_its_own),
    DAE_TEST(test_rows_that_lie_below_each_other_share_their_window)};

}  // namespace

constinit const InstructionSuite denoiseae::test::kInstructionSuite = {
    "direct_row_pairs", Instructions::avx512, kTests};
