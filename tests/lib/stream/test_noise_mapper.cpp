// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests the estimate of the noise of a stream with a network that the test computes itself.
#include <cmath>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "fake_engine.h"
#include "layout/noise_map_layout.h"
#include "model/model_data.h"
#include "noise/estimation/noise_features.h"
#include "stream/noise_mapper.h"
#include "support/check.h"
#include "support/code_picture.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// The size of the packed planes; that of luma is no multiple of a block.
constexpr int kHeight = 36, kWidth = 42;
constexpr int kRows = 9, kColumns = 11;
constexpr TensorView kPacked{nullptr, 8, kHeight, kWidth};
constexpr int kCellsOfBlock = 2;

std::shared_ptr<const Model> map_model() {
  return random_model("noise_map", nlohmann::json::object());
}

/// Returns the deviation that a fake network tells of a block.
double level_of(int channel, int x, int y) { return 2 + channel + 0.5 * x + y; }

/// Makes the network tell these levels, times a factor.
void tell_levels(FakeEngine& engine, double factor) {
  engine.compute = [&engine, factor] {
    for (int y = 0; y < engine.output.view.height; ++y)
      for (int x = 0; x < engine.output.view.width; ++x)
        for (int c = 0; c < kNoiseMapChannels; ++c)
          engine.output.at(c, x, y) = static_cast<float>(
              value_of_log_level(static_cast<float>(std::log2(factor * level_of(c, x, y)))));
  };
}

double without_rounding(double level) { return std::sqrt(level * level - 1.0 / 12); }

}  // namespace

START_TEST(test_the_input_covers_all_cells) {
  const auto model = map_model();
  const int unit = model->data().graph.alignment();
  for (int size = 2; size < 140; size += 2) {
    const TensorView input =
        NoiseMapper::network_input({nullptr, 8, size, 150 - size}, model->data());
    ck_assert_ptr_null(input.data);
    ck_assert_int_eq(input.channels, 16);
    for (const auto& [cells, packed] : {std::pair{input.height, size}, {input.width, 150 - size}}) {
      ck_assert_int_eq(cells % unit, 0);
      ck_assert_int_ge(2 * cells, packed);
      ck_assert_int_lt(2 * (cells - unit), packed);
    }
  }
}
END_TEST

START_TEST(test_the_network_sees_the_features_and_tells_the_levels) {
  const auto model = map_model();
  const TensorView input = NoiseMapper::network_input(kPacked, model->data());
  FakeEngine engine(input, kNoiseMapChannels, false, kCellsOfBlock);
  NoiseMapper mapper(kPacked, model->data());
  ck_assert(!mapper.state().is_known());
  ck_assert_int_ge(mapper.memory_bytes(),
                   static_cast<std::int64_t>(engine.output.values.size() * sizeof(float)));
  const CodePicture before(2 * kWidth, 2 * kHeight, 1), now(2 * kWidth, 2 * kHeight, 2);
  const MotionField still(2 * kWidth, 2 * kHeight);
  for (const MotionField* motion : {static_cast<const MotionField*>(nullptr), &still}) {
    tell_levels(engine, motion == nullptr ? 1 : 4);
    // Without an interior no block changes the level of another one.
    const Interior none{{0, 0}, {0, 0}};
    mapper.update(
        {.now = now.planes(), .before = before.planes(), .motion = motion, .interior = none},
        engine);
    OwnedTensor expected(input.channels, input.height, input.width);
    read_noise_features({now.planes(), before.planes(), motion, 2 * kHeight, 2 * kWidth}, 0,
                        expected.view);
    ck_assert(engine.input.values == expected.values);
    const BlockLevels& levels = mapper.state().levels();
    ck_assert_int_eq(levels.rows, kRows);
    ck_assert_int_eq(levels.columns, kColumns);
    // A level that is 4 times as high is followed at once.
    const double factor = motion == nullptr ? 1 : 4;
    double squares = 0;
    for (int y = 0; y < kRows; ++y)
      for (int x = 0; x < kColumns; ++x) {
        const auto block = static_cast<std::size_t>(y * kColumns + x);
        const double luma = without_rounding(factor * level_of(0, x, y));
        ck_assert_double_eq_tol(levels.luma[block], luma, 1e-4 * luma);
        const double chroma = without_rounding(factor * level_of(1, x, y));
        ck_assert_double_eq_tol(levels.chroma[block], chroma, 1e-4 * chroma);
        squares += luma * luma;
      }
    const double mean = std::sqrt(squares / (kRows * kColumns));
    ck_assert_double_eq_tol(mapper.state().luma_level(), mean, 1e-4 * mean);
  }
  ck_assert_int_eq(engine.runs, 2);
  ck_assert(mapper.state().is_known());
  mapper.reset();
  ck_assert(!mapper.state().is_known());
}
END_TEST

int main() {
  return run_suite("noise_mapper", {test_the_input_covers_all_cells,
                                    test_the_network_sees_the_features_and_tells_the_levels});
}
