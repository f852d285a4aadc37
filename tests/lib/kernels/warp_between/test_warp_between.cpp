// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the warp between samples against its definition, one value at a time in double
// precision.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/stored_state/stored_state.h"
#include "kernels/warp_between/warp_between.h"
#include "kernels/warp_between/warp_between_loops.h"
#include "kernels/warp_between/warp_vectors_c.h"
#include "layout/state_layout.h"
#include "support/check.h"
#include "support/variants.h"
#include "temporal/warp_state.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 24, kHeight = 12, kMore = 3;
constexpr float kUntouched = 12345;
constexpr std::array<float, kTaps> kTapsAcross = {0.03f, -0.13f, 0.89f, 0.27f, -0.07f, 0.01f};
constexpr std::array<float, kTaps> kTapsDown = {0.01f, -0.1f, 0.3f, 0.85f, -0.08f, 0.02f};

/// A state that fills its memory, so that reading beyond it is seen by sanitizers.
struct State {
  std::vector<std::int16_t> samples;
  int width;

  State(int of_width, int height) : samples(of_width * height * kStateChannels), width(of_width) {
    std::mt19937 random(static_cast<unsigned>(of_width));
    for (std::int16_t& sample : samples) sample = static_cast<std::int16_t>(random());
  }
  double at(int x, int y, int channel) const {
    return samples[static_cast<std::size_t>((y * width + x) * kStateChannels + channel)];
  }
  /// Returns a luma sample, whose first channel is `first`.
  double luma(int x, int y, int first) const { return at(x / 2, y / 2, first + y % 2 * 2 + x % 2); }
};

struct Axis {
  bool is_interpolated;
  bool is_odd;
};

WarpAxis axis_of(const Axis& axis, const std::array<float, kTaps>& taps, float second_weight) {
  return {axis.is_interpolated ? taps.data() : nullptr, axis.is_odd, second_weight};
}

double tap(const WarpAxis& axis, int i) {
  if (axis.taps != nullptr) return axis.taps[i];
  return i == 2 ? 1 : 0;
}

double definition(const State& state, const WarpAxis& across, const WarpAxis& down, int x, int y,
                  int channel) {
  double sum = 0;
  if (!is_state_luma(channel)) {
    for (int i = 0; i < 2; ++i)
      for (int k = 0; k < 2; ++k)
        sum += (i == 0 ? 1 - down.second_weight : down.second_weight) *
               (k == 0 ? 1 - across.second_weight : across.second_weight) *
               state.at(x + 1 + k, y + 1 + i, channel);
    return sum * kStoredUnit;
  }
  const int first = channel < kStatePicture ? 0 : kStatePicture;
  const int left = 2 * x + (channel - first) % 2 + (across.is_odd ? 1 : 0);
  const int top = 2 * y + (channel - first) / 2 + (down.is_odd ? 1 : 0);
  for (int i = 0; i < kTaps; ++i)
    for (int k = 0; k < kTaps; ++k)
      sum += tap(down, i) * tap(across, k) * state.luma(left + k, top + i, first);
  return sum * kStoredUnit;
}

std::vector<WarpBetweenVariant> variants_and_loops() {
  std::vector<WarpBetweenVariant> all = available(warp_between_variants());
  all.push_back({"loops", warp_between<PlainWarpVectors>, true});
  return all;
}

template <typename Body>
void for_axes(const Body& body) {
  for (int i = 0; i < 16; ++i)
    body(axis_of({(i & 1) != 0, (i & 2) != 0}, kTapsAcross, (i & 2) != 0 ? 0.625f : 0.125f),
         axis_of({(i & 4) != 0, (i & 8) != 0}, kTapsDown, (i & 8) != 0 ? 0.5f : 0.25f));
}

/// Returns rows of kWidth positions, of which the variant writes width.
std::vector<float> run(WarpBetween* warp, const State& state, const WarpAxis& across,
                       const WarpAxis& down, int width, int height) {
  std::vector<float> out(kWidth * kHeight * kStateChannels, kUntouched);
  warp({state.samples.data(), state.width * kStateChannels, across, down}, width, height,
       out.data(), kWidth * kStateChannels);
  return out;
}

}  // namespace

START_TEST(test_every_variant_keeps_the_definition) {
  for (const WarpBetweenVariant& variant : variants_and_loops())
    for (const auto& size : {std::array{1, 1}, {2, 8}, {7, 3}, {8, 8}, {9, 7}, {23, 8}, {24, 2}}) {
      // Clang 14 captures no structured bindings.
      const int width = size[0], height = size[1];
      const State state(width + kMore, height + kMore);
      for_axes([&](const WarpAxis& across, const WarpAxis& down) {
        const std::vector<float> out = run(variant.warp, state, across, down, width, height);
        for (int y = 0; y < kHeight; ++y)
          for (int x = 0; x < kWidth; ++x)
            for (int c = 0; c < kStateChannels; ++c) {
              const float found =
                  out[static_cast<std::size_t>((y * kWidth + x) * kStateChannels + c)];
              const bool is_written = x < width && y < height;
              const double wanted =
                  is_written ? definition(state, across, down, x, y, c) : kUntouched;
              if (!(std::abs(found - wanted) < 1e-5))
                ck_abort_msg("%s, %d x %d, position %d, %d, channel %d: %g, expected %g",
                             variant.name.data(), width, height, x, y, c, found, wanted);
            }
      });
    }
}
END_TEST

START_TEST(test_variants_are_the_same_to_the_bit) {
  const State state(kWidth + kMore, kMaxWarpRows + kMore);
  for_axes([&](const WarpAxis& across, const WarpAxis& down) {
    const auto plain =
        run(warp_between_variants().front().warp, state, across, down, kWidth, kMaxWarpRows);
    for (const WarpBetweenVariant& variant : available(warp_between_variants())) {
      const auto found = run(variant.warp, state, across, down, kWidth, kMaxWarpRows);
      ck_assert(std::memcmp(found.data(), plain.data(), found.size() * sizeof(float)) == 0);
    }
  });
}
END_TEST

int main() {
  return run_suite("warp_between", {test_every_variant_keeps_the_definition,
                                    test_variants_are_the_same_to_the_bit});
}
