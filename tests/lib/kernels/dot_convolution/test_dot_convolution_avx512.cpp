// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of the dot-product convolutions with words that hold one float each, so that they need
// no instruction for dot products.
#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "kernels/dot_convolution/dot_convolution_avx512.h"
#include "support/check.h"
#include "support/instructions.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kRows = 4, kGap = 40;
constexpr float kPoison = 1e30f;

struct FloatProducts {
  using Sum = __m512;
  using Weight = float;
  static __m512 add(__m512 sum, __m512i a, __m512i b) {
    return _mm512_add_ps(sum, _mm512_mul_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b)));
  }
  static __m512 floats(__m512 sum) { return sum; }
  static void store(float* to, __mmask8 mask, __m256 values) {
    _mm256_mask_storeu_ps(to, mask, values);
  }
};

/// A convolution of consecutive rows, each with a gap of poison before and after it.
struct Convolution {
  DotShape shape;
  DotEpilogue epilogue;
  bool has_above, has_below;
  std::vector<float> in, weights, bias, scales;

  Convolution(const DotShape& of_shape, int number, std::mt19937& random)
      : shape(of_shape),
        epilogue{number % 2 == 0 ? 1 : 0.25f, number % 3 == 0},
        has_above(number % 4 != 0),
        has_below(number % 5 != 0) {
    std::uniform_real_distribution<float> value(-1, 1);
    const auto draw = [&](std::vector<float>& values, int count) {
      values.resize(static_cast<std::size_t>(count));
      for (float& v : values) v = value(random);
    };
    draw(in, (kRows + 2) * pitch() + kGap);
    for (int i = 0; i < static_cast<int>(in.size()); ++i)
      if (i % pitch() < kGap) in[static_cast<std::size_t>(i)] = kPoison;
    draw(weights, 9 * shape.inputs * shape.outputs);
    draw(bias, shape.outputs);
    if (number % 2 == 0) draw(scales, shape.outputs);
  }
  int pitch() const { return kGap + shape.width * shape.inputs; }
  /// Row y of the input, -1 to kRows; null where there is none.
  const float* row(int y) const {
    if ((y < 0 && !has_above) || (y == kRows && !has_below)) return nullptr;
    return in.data() + (y + 1) * pitch() + kGap;
  }
  double expected(int x, int y, int output) const {
    double sum = bias[static_cast<std::size_t>(output)];
    for (int i = 0; i < shape.inputs; ++i)
      for (int tap = 0; tap < 9; ++tap) {
        const float* const at = row(y + tap / 3 - 1);
        const int from = x + tap % 3 - 1;
        if (at == nullptr || from < 0 || from >= shape.width) continue;
        sum += double{weights[static_cast<std::size_t>((output * shape.inputs + i) * 9 + tap)]} *
               at[from * shape.inputs + i];
      }
    if (!scales.empty()) sum *= scales[static_cast<std::size_t>(output)];
    if (sum < 0) sum *= epilogue.slope;
    return epilogue.sigmoid ? 1 / (1 + std::exp(-sum)) : sum;
  }
};

[[gnu::noinline]] void check(const Convolution& convolution) {
  const DotShape& shape = convolution.shape;
  const int row_values = shape.width * shape.outputs;
  std::vector<float> out(static_cast<std::size_t>(kRows * (row_values + kGap) + kGap), kPoison);
  std::vector<DotRow<float, float>> rows;
  for (int y = 0; y < kRows; ++y)
    rows.push_back({{convolution.row(y - 1), convolution.row(y), convolution.row(y + 1)},
                    out.data() + kGap + y * (row_values + kGap)});
  const std::vector<float> in_order = dot_weights(shape, kInputsOfWord<float>, convolution.weights);
  dot_rows<FloatProducts>(
      shape,
      DotConstants<float>{in_order.data(), convolution.bias.data(),
                          convolution.scales.empty() ? nullptr : convolution.scales.data()},
      convolution.epilogue, std::span<const DotRow<float, float>>(rows));
  for (int y = 0; y <= kRows; ++y) {
    const float* const gap = out.data() + y * (row_values + kGap);
    ck_assert(std::all_of(gap, gap + kGap, [](float value) { return value == kPoison; }));
    for (int i = 0; y < kRows && i < row_values; ++i) {
      const double wanted = convolution.expected(i / shape.outputs, y, i % shape.outputs);
      if (!(std::abs(gap[kGap + i] - wanted) <= 1e-4 * (1 + std::abs(wanted))))
        ck_abort_msg("%d to %d channels, width %d, row %d, value %d: %g, expected %g", shape.inputs,
                     shape.outputs, shape.width, y, i, gap[kGap + i], wanted);
    }
  }
}

[[gnu::noinline]] void check_columns() {
  // Words that tell their position: 100 x + w. A second row is 5000 higher.
  constexpr int kWords = 6, kWidth = 50;
  std::vector<std::uint32_t> rows[2];
  for (std::uint32_t y = 0; y < 2; ++y)
    for (std::uint32_t i = 0; i < kWidth * kWords; ++i)
      rows[y].push_back(5000 * y + 100 * (i / kWords) + i % kWords);
  Columns columns(kWords, kWidth);
  ck_assert_ptr_null(columns.fetch(0, nullptr));
  // Either the columns fill vectors of 16, or they end with the row.
  for (const auto& [begin, count] : {std::pair{0, 16}, {16, 32}, {3, 16}, {48, 2}, {33, 17}}) {
    columns.move_to(begin, count);
    for (std::uint32_t y = 0; y < 2; ++y) {
      const std::uint32_t* const first = columns.fetch(static_cast<int>(y), rows[y].data());
      ck_assert_ptr_eq(columns.fetch(static_cast<int>(y), rows[y].data()), first);
      for (int w = 0; w < kWords; ++w)
        for (int x = -1; x <= count; ++x) {
          const int at = begin + x;
          const bool is_inside = at >= 0 && at < kWidth;
          const auto wanted =
              static_cast<std::uint32_t>(is_inside ? 5000 * static_cast<int>(y) + 100 * at + w : 0);
          const std::uint32_t found = first[w * columns.word_stride() + x];
          if (found != wanted)
            ck_abort_msg("columns %d to %d, word %d of %d: %u, expected %u", begin, begin + count,
                         w, x, found, wanted);
        }
    }
  }
}

}  // namespace

START_TEST(test_columns_are_transposed) { check_columns(); }
END_TEST

START_TEST(test_loops_compute_the_definition) {
  std::mt19937 random(1);
  int number = 0;
  for (int outputs = 1; outputs <= kDotOutputs; ++outputs) {
    for (int width = 1; width <= 70; width += 3)
      check(Convolution({kMinDotWords + width % 9, outputs, width}, number++, random));
    // These rows are wider than the columns that are held at a time.
    for (const int inputs : {kMinDotWords, 9, kMaxDotWords})
      check(Convolution({inputs, outputs, 150}, number++, random));
  }
}
END_TEST

namespace {
constexpr const TTest* kTests[] = {DAE_TEST(test_columns_are_transposed),
                                   DAE_TEST(test_loops_compute_the_definition)};
}  // namespace

constinit const InstructionSuite denoiseae::test::kInstructionSuite{"dot_convolution_avx512",
                                                                    Instructions::avx512, kTests};
