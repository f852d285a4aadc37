// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops on matrix tiles, with tiles that plain C++ emulates, so that every processor tests
// them.
#include <cstdint>
#include <vector>

#include "kernels/direct_convolution/direct_tile_loops.h"
#include "lib/kernels/direct_convolution/direct_case.h"
#include "support/emulated_tiles.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

DirectVariant emulated(SampleType type) {
  DirectConvolution* const rows = type == SampleType::bfloat16
                                      ? direct_tile_rows<EmulatedTiles, SampleType::bfloat16>
                                      : direct_tile_rows<EmulatedTiles, SampleType::code>;
  return {"emulated tiles", type, rows, true, true, kBlock};
}

constexpr SampleType kTypesOfTiles[] = {SampleType::bfloat16, SampleType::code};

}  // namespace

START_TEST(test_drawn_convolutions) {
  for (const SampleType type : kTypesOfTiles)
    for (int outputs = 1; outputs <= 70; ++outputs)
      for (unsigned i = 0; i < 6; ++i)
        drawn_case(type, outputs, 100 * static_cast<unsigned>(outputs) + i).check(emulated(type));
}
END_TEST

START_TEST(test_shapes_of_networks) {
  for (const SampleType type : kTypesOfTiles) {
    for (Case of : cases_of_networks(type)) {
      of.shape.group_lanes = kBlock;
      of.check(emulated(type));
    }
  }
}
END_TEST

/// Rows of every width, so that edges fall into every place of the tiles.
START_TEST(test_widths) {
  for (const SampleType type : kTypesOfTiles) {
    for (int width = 1; width <= 140; ++width) {
      Case of;
      of.type = of.end.out = type;
      of.shape = {8, 16, 5, 1, 2, width, width};
      of.has_scales = type == SampleType::code;
      of.check(emulated(type));
    }
  }
}
END_TEST

START_TEST(test_steps_of_tiles_divide_a_row) {
  ck_assert_int_eq(tile_step_words(24), 12);
  ck_assert_int_eq(tile_step_words(12), 12);
  ck_assert_int_eq(tile_step_words(96), 16);
  ck_assert_int_eq(tile_step_words(5), 5);
  ck_assert_int_eq(tile_step_words(17), 1);
}
END_TEST

int main() {
  return run_suite("direct_tile_loops", {test_drawn_convolutions, test_shapes_of_networks,
                                         test_widths, test_steps_of_tiles_divide_a_row});
}
