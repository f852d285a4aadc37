// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "kernels/interpolate/interpolate.h"
#include "kernels/stored_state/stored_state.h"
#include "layout/state_layout.h"
#include "support/check.h"
#include "support/variants.h"
#include "temporal/warp_state.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kMark = 1e6f;
constexpr int kChannels = kStateChannels;

struct Planes {
  int height, width;
  std::vector<float> values;

  Planes(int h, int w, float value = 0)
      : height(h), width(w), values(static_cast<std::size_t>(kChannels * h * w), value) {}
  TensorView view() { return {values.data(), kChannels, height, width}; }
  double at(int c, int y, int x) const {
    const int in_y = std::clamp(y, 0, height - 1), in_x = std::clamp(x, 0, width - 1);
    return values[static_cast<std::size_t>((in_y * width + in_x) * kChannels + c)];
  }
  // Returns a pixel of the luma plane that four channels make up.
  double luma(int first, int y, int x) const {
    const int in_y = std::clamp(y, 0, 2 * height - 1), in_x = std::clamp(x, 0, 2 * width - 1);
    return at(first + in_y % 2 * 2 + in_x % 2, in_y / 2, in_x / 2);
  }
};

Planes random_planes(int height, int width, std::uint32_t seed) {
  Planes planes(height, width);
  std::mt19937 random(seed);
  // Streams store these values exactly.
  for (float& value : planes.values)
    value =
        kStoredUnit * std::round(static_cast<float>(random()) / 4294967296.0f / kStoredUnit) - 0.5f;
  return planes;
}

MotionField random_field(int width, int height, int reach, std::uint32_t seed) {
  MotionField field(width, height);
  std::mt19937 random(seed);
  const auto component = [&] { return static_cast<int>(random() % (2 * reach + 1)) - reach; };
  const auto fraction = [&] { return static_cast<int>(random() % MotionVector::kFractions); };
  for (MotionVector& v : field.vectors) {
    const auto kind = random() % 4;
    if (kind > 0) v = {component(), component()};
    if (kind > 1) v.fx = fraction();
    if (kind > 2) v.fy = fraction();
  }
  return field;
}

// Returns the weight of the pixel that is x further: the sinc function under Lanczos's window of
// three pixels on each side. The weights still have to be divided by their sum.
double lanczos(double x) {
  const double pi = std::acos(-1);
  if (x == 0) return 1;
  return std::abs(x) < 3 ? 3 * std::sin(pi * x) * std::sin(pi * x / 3) / (pi * pi * x * x) : 0;
}

double slow_luma(const Planes& state, int first, double y, double x) {
  const int top = static_cast<int>(std::floor(y)), left = static_cast<int>(std::floor(x));
  double sum = 0, weights = 0;
  for (int v = top - 2; v <= top + 3; ++v)
    for (int u = left - 2; u <= left + 3; ++u) {
      // The sinc function is 0 at whole positions, up to rounding.
      const double across = x == left ? u == left : lanczos(u - x);
      const double down = y == top ? v == top : lanczos(v - y);
      sum += across * down * state.luma(first, v, u);
      weights += across * down;
    }
  return sum / weights;
}

// Computes one sample of the warped state by its definition.
double slow_warp(const Planes& state, const MotionField& field, const UnknownMark& unknown, int c,
                 int y, int x) {
  const MotionVector v =
      field.at(std::min(x / 8, field.columns - 1), std::min(y / 8, field.rows - 1));
  const double move_x = v.dx + v.fx / 4.0, move_y = v.dy + v.fy / 4.0;
  const double luma_x = 2 * x + move_x, luma_y = 2 * y + move_y;
  const bool inside = luma_x >= 0 && luma_x + 1 <= 2 * state.width - 1 && luma_y >= 0 &&
                      luma_y + 1 <= 2 * state.height - 1;
  if (c == unknown.channel && !inside) return unknown.value;
  // The fused frames have four channels of luma, U, V and the variance; the picture follows them.
  const int of_picture = c % 7;
  if (of_picture < 4)
    return slow_luma(state, c - of_picture, luma_y + of_picture / 2, luma_x + of_picture % 2);
  const double at_x = x + move_x / 2, at_y = y + move_y / 2;
  const int left = static_cast<int>(std::floor(at_x)), upper = static_cast<int>(std::floor(at_y));
  double sum = 0;
  for (const int u : {left, left + 1})
    for (const int w : {upper, upper + 1})
      sum += (1 - std::abs(at_x - u)) * (1 - std::abs(at_y - w)) * state.at(c, w, u);
  return sum;
}

void check_warped(const Planes& state, const MotionField& field, const UnknownMark& unknown,
                  const Planes& out) {
  for (int y = 0; y < state.height; ++y)
    for (int x = 0; x < state.width; ++x)
      for (int c = 0; c < kChannels; ++c) {
        const double expected = slow_warp(state, field, unknown, c, y, x);
        const bool whole =
            field.at(std::min(x / 8, field.columns - 1), std::min(y / 8, field.rows - 1))
                .is_whole();
        const double tolerance = c % 7 < 4 && whole ? 0 : 1e-6;
        // Assertions write to the test runner even when they hold, which is too slow for each
        // sample.
        if (!(std::abs(out.at(c, y, x) - expected) <= tolerance))
          ck_abort_msg("%dx%d channel %d at %d,%d: %g instead of %g", state.height, state.width, c,
                       x, y, out.at(c, y, x), expected);
      }
}

void check_warped(Planes state, const MotionField& field, const UnknownMark& unknown) {
  Planes out(state.height, state.width, -7);
  warp_state(state.view(), field, unknown, out.view());
  check_warped(state, field, unknown, out);

  std::vector<std::int16_t> stored(state.values.size());
  stored_state_variants()[0].loops->store(state.values.data(), static_cast<int>(stored.size()),
                                          stored.data());
  std::fill(out.values.begin(), out.values.end(), -7.0f);
  warp_state_rows(StateSamples<std::int16_t>{stored.data(), state.height, state.width}, field,
                  unknown, 0, out.view());
  check_warped(state, field, unknown, out);
}

}  // namespace

START_TEST(test_equals_the_definition) {
  for (const auto& [width, height] :
       {std::pair{1, 1}, {2, 5}, {16, 16}, {17, 33}, {65, 130}, {161, 97}})
    for (int reach : {1, 5, 64})
      for (const UnknownMark& unknown : {UnknownMark{}, UnknownMark{6, kMark}})
        check_warped(random_planes((height + 1) / 2, (width + 1) / 2, 1),
                     random_field(width, height, reach, 2), unknown);
}
END_TEST

START_TEST(test_planes_may_be_larger_than_the_frame) {
  check_warped(random_planes(40, 72, 1), random_field(100, 60, 9, 2), {6, kMark});
}
END_TEST

START_TEST(test_some_rows_are_those_of_the_whole) {
  Planes state = random_planes(49, 41, 1);
  const MotionField field = random_field(81, 97, 9, 2);
  const UnknownMark unknown{6, kMark};
  Planes whole(state.height, state.width);
  warp_state(state.view(), field, unknown, whole.view());
  for (const auto& [begin, end] : {std::pair{0, 8}, {8, 32}, {3, 5}, {44, 49}, {48, 49}}) {
    Planes rows(end - begin, state.width);
    warp_state_rows(state_samples(state.view()), field, unknown, begin, rows.view());
    const TensorView wanted = rows_of(whole.view(), begin, end);
    ck_assert(std::equal(rows.values.begin(), rows.values.end(), wanted.data));
  }
}
END_TEST

START_TEST(test_even_vectors_are_exact) {
  Planes state = random_planes(36, 64, 3), out(36, 64);
  MotionField field(128, 72);
  std::fill(field.vectors.begin(), field.vectors.end(), MotionVector{-6, 4});
  warp_state(state.view(), field, {}, out.view());
  for (int y = 0; y < 34; ++y)
    for (int x = 3; x < 64; ++x)
      for (int c = 0; c < kChannels; ++c)
        if (out.at(c, y, x) != state.at(c, y + 2, x - 3))
          ck_abort_msg("channel %d at %d,%d", c, x, y);
}
END_TEST

START_TEST(test_zero_motion_copies) {
  Planes state = random_planes(37, 65, 3), out(37, 65);
  warp_state(state.view(), MotionField(130, 74), {6, kMark}, out.view());
  ck_assert(state.values == out.values);
}
END_TEST

START_TEST(test_fractions_keep_what_is_even) {
  // The weights of luma sum to 1 in single precision; other channels are exact.
  Planes state(36, 64, 0.3f), out(36, 64);
  warp_state(state.view(), random_field(128, 72, 9, 4), {}, out.view());
  for (int y = 0; y < 36; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < kChannels; ++c)
        if (std::abs(out.at(c, y, x) - 0.3f) > (c % 7 < 4 ? 1e-6 : 0))
          ck_abort_msg("channel %d at %d,%d: %.9g", c, x, y, out.at(c, y, x));
}
END_TEST

START_TEST(test_kernels_equal_the_definition) {
  constexpr int kStride = 29, kSide = kInterpolatedSide;
  std::mt19937 random(9);
  const auto value = [&] { return static_cast<float>(random()) / 4294967296.0f - 0.5f; };
  for (int round = 0; round < 20; ++round) {
    std::vector<float> from(static_cast<std::size_t>(kStride * kInterpolationSide));
    std::vector<float> across(kTaps), down(kTaps);
    for (std::vector<float>* values : {&from, &across, &down})
      for (float& v : *values) v = value();
    std::vector<float> plain;
    for (const InterpolateVariant& variant : available(interpolate_variants())) {
      std::vector<float> to(kSide * kSide + 1, 7);
      variant.interpolate(from.data(), kStride, across.data(), down.data(), to.data());
      ck_assert_float_eq(to.back(), 7);
      for (int i = 0; i < kSide * kSide; ++i) {
        double expected = 0;
        for (int j = 0; j < kTaps; ++j)
          for (int k = 0; k < kTaps; ++k)
            expected += static_cast<double>(down[static_cast<std::size_t>(j)]) *
                        across[static_cast<std::size_t>(k)] *
                        from[static_cast<std::size_t>((i / kSide + j) * kStride + i % kSide + k)];
        if (std::abs(to[static_cast<std::size_t>(i)] - expected) > 1e-5)
          ck_abort_msg("%s at %d", variant.name.data(), i);
      }
      if (plain.empty()) plain = to;
      ck_assert(to == plain);
    }
  }
}
END_TEST

START_TEST(test_the_adjoint_is_one) {
  const auto product = [](const Planes& a, const Planes& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i)
      sum += static_cast<double>(a.values[i]) * b.values[i];
    return sum;
  };
  for (const auto& [width, height] : {std::pair{1, 1}, {17, 33}, {65, 130}})
    for (int reach : {1, 5, 64}) {
      Planes x = random_planes((height + 1) / 2, (width + 1) / 2, 1);
      Planes y = random_planes(x.height, x.width, 2);
      Planes warped = x, back = y;
      const MotionField field = random_field(width, height, reach, 3);
      // With the mark 0 the warp is linear.
      const UnknownMark unknown{6, 0};
      warp_state(x.view(), field, unknown, warped.view());
      warp_state_adjoint(y.view(), field, unknown, back.view());
      const double expected = product(warped, y);
      ck_assert_double_eq_tol(product(x, back), expected,
                              1e-5 * static_cast<double>(y.values.size()));
      ck_assert_double_ne(expected, 0);
    }
}
END_TEST

START_TEST(test_the_mark_passes_no_gradient_on) {
  Planes gradient(8, 8, 1), out(8, 8);
  MotionField field(16, 16);
  field.vectors[0] = {-64, 0};
  warp_state_adjoint(gradient.view(), field, {6, kMark}, out.view());
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) ck_assert_float_eq(static_cast<float>(out.at(6, y, x)), 0);
  // The gradients of other channels gather at the edge.
  ck_assert_double_eq_tol(out.at(5, 3, 0), 8, 1e-6);
}
END_TEST

int main() {
  return run_suite(
      "warp_state",
      {test_equals_the_definition, test_planes_may_be_larger_than_the_frame,
       test_some_rows_are_those_of_the_whole, test_even_vectors_are_exact, test_zero_motion_copies,
       test_fractions_keep_what_is_even, test_kernels_equal_the_definition, test_the_adjoint_is_one,
       test_the_mark_passes_no_gradient_on});
}
