// SPDX-License-Identifier: LGPL-2.1-or-later
// Loops over rows of channels against their definitions in double, and a gradient against the
// differences of the function that it belongs to.
#include <algorithm>
#include <cmath>
#include <random>
#include <type_traits>
#include <vector>

#include "engine/torch/row_loops.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kRowCount = 37;
constexpr int kChannels = 21;

/// Random values from -1 to 1, rounded to T.
template <typename T>
std::vector<T> values(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<T> result(count);
  for (T& v : result) v = T(static_cast<float>(2 * (random() / 4294967295.0) - 1));
  return result;
}

/// The largest relative error of rounding to T, and of a few sums of float.
template <typename T>
constexpr double kRounding = std::is_same_v<T, float> ? 1e-5 : 0.01;

template <typename Test>
void each_type(const Test& test) {
  test(float{});
  test(c10::BFloat16{});
}

/// The picture that columns spread to, without activation.
std::vector<double> spread_slowly(const Spread& s, const std::vector<double>& columns,
                                  const std::vector<float>& bias) {
  const int out_height = s.height * s.stride, out_width = s.width * s.stride;
  std::vector<double> out(static_cast<std::size_t>(out_height) * out_width * s.channels);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = bias[i % s.channels];
  for (int y = 0; y < s.height; ++y)
    for (int x = 0; x < s.width; ++x)
      for (int ky = 0; ky < s.kernel; ++ky)
        for (int kx = 0; kx < s.kernel; ++kx)
          for (int c = 0; c < s.channels; ++c) {
            const int to_y = y * s.stride + ky - s.padding, to_x = x * s.stride + kx - s.padding;
            if (to_y < 0 || to_x < 0 || to_y >= out_height || to_x >= out_width) continue;
            const int tap = ((y * s.width + x) * s.kernel + ky) * s.kernel + kx;
            out[(to_y * out_width + to_x) * s.channels + c] += columns[tap * s.channels + c];
          }
  return out;
}

constexpr Spread kSpreads[] = {{3, 4, 5, 3, 2, 1, 0.2f},
                               {2, 3, 17, 5, 2, 2, 0},
                               {1, 1, 1, 3, 2, 1, 1},
                               {4, 3, 6, 3, 1, 1, 0.5f},
                               {3, 2, 4, 3, 3, 1, 1}};

std::size_t column_count(const Spread& s) {
  return static_cast<std::size_t>(s.height) * s.width * s.kernel * s.kernel * s.channels;
}

std::size_t picture_count(const Spread& s) {
  return static_cast<std::size_t>(s.height) * s.width * s.stride * s.stride * s.channels;
}

template <typename T>
std::vector<double> doubles(const std::vector<T>& values) {
  std::vector<double> result;
  for (const T v : values) result.push_back(static_cast<float>(v));
  return result;
}

}  // namespace

START_TEST(test_sums_are_added_to_those_that_are_there) {
  each_type([]<typename T>(T) {
    const auto a = values<T>(kRowCount * kChannels, 1), b = values<T>(kRowCount * kChannels, 2);
    std::vector<float> sums(2 * kChannels, 3);
    add_sums(a.data(), b.data(), kRowCount, kChannels, sums.data());
    for (int c = 0; c < kChannels; ++c) {
      double sum = 3, products = 3;
      for (int row = 0; row < kRowCount; ++row) {
        const double value = static_cast<float>(a[row * kChannels + c]);
        sum += value;
        products += value * static_cast<float>(b[row * kChannels + c]);
      }
      // Sums are made in float for both types.
      ck_assert_double_eq_tol(sums[c], sum, 1e-4);
      ck_assert_double_eq_tol(sums[kChannels + c], products, 1e-4);
    }
  });
}
END_TEST

START_TEST(test_rows_are_scaled_and_combined_by_channel) {
  each_type([]<typename T>(T) {
    const auto a = values<T>(kRowCount * kChannels, 3), b = values<T>(kRowCount * kChannels, 4);
    const auto p = values<float>(kChannels, 5), q = values<float>(kChannels, 6),
               r = values<float>(kChannels, 7);
    std::vector<T> scaled(a.size()), combined(a.size());
    scale_and_shift(a.data(), kRowCount, kChannels, p.data(), r.data(), scaled.data());
    combine(a.data(), b.data(), kRowCount, kChannels, p.data(), q.data(), r.data(),
            combined.data());
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t c = i % kChannels;
      const double wanted = static_cast<double>(p[c]) * static_cast<float>(a[i]) + r[c];
      const double other = static_cast<double>(q[c]) * static_cast<float>(b[i]);
      ck_assert_double_eq_tol(static_cast<float>(scaled[i]), wanted, 2 * kRounding<T>);
      ck_assert_double_eq_tol(static_cast<float>(combined[i]), wanted + other, 3 * kRounding<T>);
    }
  });
}
END_TEST

START_TEST(test_columns_become_a_picture) {
  each_type([]<typename T>(T) {
    for (const Spread& s : kSpreads) {
      const auto columns = values<T>(column_count(s), 8);
      const auto bias = values<float>(s.channels, 9);
      std::vector<T> out(picture_count(s));
      columns_to_picture(s, columns.data(), bias.data(), out.data());
      const std::vector<double> wanted = spread_slowly(s, doubles(columns), bias);
      for (std::size_t i = 0; i < out.size(); ++i) {
        const double value = wanted[i] > 0 ? wanted[i] : s.slope * wanted[i];
        ck_assert_double_eq_tol(static_cast<float>(out[i]), value, 10 * kRounding<T>);
      }
    }
  });
}
END_TEST

/// The picture is linear in each column on either side of 0, so a difference is the derivative.
START_TEST(test_the_gradient_of_the_picture_by_the_columns) {
  for (const Spread& s : kSpreads) {
    const auto columns = values<float>(column_count(s), 10);
    const auto bias = values<float>(s.channels, 11);
    const auto gradient = values<float>(picture_count(s), 12);
    std::vector<float> picture(picture_count(s)), scratch(picture.size()), found(columns.size());
    std::vector<float> bias_gradient(s.channels, 2);
    columns_to_picture(s, columns.data(), bias.data(), picture.data());
    picture_to_columns(s, picture.data(), gradient.data(), scratch.data(), found.data(),
                       bias_gradient.data());
    const auto loss = [&](const std::vector<double>& c, const std::vector<float>& b) {
      const std::vector<double> out = spread_slowly(s, c, b);
      double sum = 0;
      for (std::size_t i = 0; i < out.size(); ++i) {
        sum += gradient[i] * (picture[i] > 0 ? 1.0 : s.slope) * out[i];
      }
      return sum;
    };
    const std::vector<double> exact = doubles(columns);
    const double before = loss(exact, bias);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      std::vector<double> changed = exact;
      changed[i] += 1;
      ck_assert_double_eq_tol(found[i], loss(changed, bias) - before, 1e-5);
    }
    for (int c = 0; c < s.channels; ++c) {
      std::vector<float> changed = bias;
      changed[c] += 1;
      // It is added to what was there; a changed bias is rounded to float.
      ck_assert_double_eq_tol(bias_gradient[c] - 2, loss(exact, changed) - before, 1e-4);
    }
  }
}
END_TEST

int main() {
  return run_suite(
      "row_loops",
      {test_sums_are_added_to_those_that_are_there, test_rows_are_scaled_and_combined_by_channel,
       test_columns_become_a_picture, test_the_gradient_of_the_picture_by_the_columns});
}
