// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows on their way from the caller into a plan and out of it, and the last operations of a network
// with a state, which hand their rows out themselves.
#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/native/row_io.h"
#include "engine/native/temporal_loops.h"
#include "engine/whole_tensors.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "support/call_list.h"
#include "support/check.h"
#include "support/networks.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kHeight = 20;
constexpr int kWidth = 6;

/// A whole tensor whose values are random, for WholeTensors.
struct Whole {
  std::vector<float> values;
  TensorView view;

  Whole(int channels, std::uint32_t seed, int height = kHeight, int width = kWidth)
      : values(random_picture(static_cast<std::size_t>(channels) * height * width, seed)),
        view{values.data(), channels, height, width} {}
  Whole(const Whole&) = delete;
  Whole& operator=(const Whole&) = delete;

  float at(int y, int x, int c) const { return values[(y * view.width + x) * view.channels + c]; }
};

/// Notes which rows are asked for.
class Rows final : public RowSource, public RowSink {
 public:
  void read_input(int first, const TensorView& rows) override { note(input, first, rows); }
  void read_state(int first, const TensorView& rows) override { note(state, first, rows); }
  void write_state(int first, const TensorView& rows) override { note(next_state, first, rows); }
  void write_output(int first, const TensorView& in, const TensorView& out) override {
    ck_assert_int_eq(in.height, out.height);
    note(output, first, out);
  }

  std::vector<RowRange> input, state, next_state, output;

 private:
  static void note(std::vector<RowRange>& list, int first, const TensorView& rows) {
    list.push_back({first, first + rows.height});
    std::fill_n(rows.data, rows.size(), 0.0f);
  }
};

}  // namespace

START_TEST(test_whole_tensors_copy_the_rows_that_are_asked_for) {
  const Whole input(3, 1), state(2, 2), new_state(2, 3), new_output(4, 4);
  Whole output(4, 5), next(2, 6);
  const std::vector<float> output_before = output.values, next_before = next.values;
  WholeTensors tensors(input.view, output.view, {state.view, next.view});
  Whole rows(3, 7, 4);
  tensors.read_input(7, rows.view);
  Whole state_rows(2, 8, 4);
  tensors.read_state(9, state_rows.view);
  tensors.write_state(11, rows_of(new_state.view, 11, 16));
  tensors.write_output(13, rows_of(input.view, 13, 15), rows_of(new_output.view, 13, 15));
  for (int x = 0; x < kWidth; ++x) {
    for (int y = 0; y < 4; ++y) {
      for (int c = 0; c < 3; ++c) ck_assert_float_eq(rows.at(y, x, c), input.at(7 + y, x, c));
      for (int c = 0; c < 2; ++c) ck_assert_float_eq(state_rows.at(y, x, c), state.at(9 + y, x, c));
    }
    for (int y = 0; y < kHeight; ++y) {
      const bool has_state = y >= 11 && y < 16, has_output = y >= 13 && y < 15;
      for (int c = 0; c < 2; ++c)
        ck_assert_float_eq(next.at(y, x, c), has_state ? new_state.at(y, x, c)
                                                       : next_before[(y * kWidth + x) * 2 + c]);
      for (int c = 0; c < 4; ++c)
        ck_assert_float_eq(output.at(y, x, c), has_output
                                                   ? new_output.at(y, x, c)
                                                   : output_before[(y * kWidth + x) * 4 + c]);
    }
  }
}
END_TEST

START_TEST(test_values_come_from_the_source_and_go_to_the_sink) {
  CallList list;
  const RowRange rows{5, 12};
  const RowBand input = list.band(Type::float32, 3, kWidth, {4, 14});
  const RowBand state = list.band(Type::float32, 2, kWidth, rows);
  append_read_input(list.builder, input);
  append_read_state(list.builder, state);
  append_write_state(list.builder, state);
  append_write_output(list.builder, input, input.part(rows));
  const Whole whole_input(3, 1), whole_state(2, 2);
  Whole output(3, 3), next(2, 4);
  std::fill(output.values.begin(), output.values.end(), 9.0f);
  std::fill(next.values.begin(), next.values.end(), 9.0f);
  WholeTensors tensors(whole_input.view, output.view, {whole_state.view, next.view});
  list.prepare();
  list.run(&tensors, &tensors);
  const auto difference = [&](const RowBand& band, const Whole& whole) {
    return list.difference(band, [&](int y, int x, int c) { return whole.at(y, x, c); });
  };
  ck_assert_double_eq(difference(input, whole_input), 0);
  ck_assert_double_eq(difference(state, whole_state), 0);
  for (int y = 0; y < kHeight; ++y) {
    const bool inside = y >= rows.begin && y < rows.end;
    ck_assert_float_eq(output.at(y, 1, 2), inside ? whole_input.at(y, 1, 2) : 9.0f);
    ck_assert_float_eq(next.at(y, 1, 1), inside ? whole_state.at(y, 1, 1) : 9.0f);
  }
}
END_TEST

/// Rows of a ring do not follow each other where it comes back to its start.
START_TEST(test_a_ring_is_read_in_parts) {
  CallList list;
  RowBand ring = list.band(Type::float32, 3, kWidth, {0, 8});
  ring.ring = 8;
  ring.rows = {5, 13};
  const RowBand straight = list.band(Type::float32, 3, kWidth, {5, 13});
  append_read_input(list.builder, ring);
  append_read_state(list.builder, ring);
  append_write_state(list.builder, ring);
  append_write_output(list.builder, straight, straight.part({6, 9}));
  list.prepare();
  Rows rows;
  list.run(&rows, &rows);
  const std::vector<RowRange> parts = {{5, 8}, {8, 13}};
  ck_assert(rows.input == parts);
  ck_assert(rows.state == parts);
  ck_assert(rows.next_state == parts);
  ck_assert(rows.output == std::vector<RowRange>({{6, 9}}));
}
END_TEST

START_TEST(test_the_last_rows_go_to_the_caller_one_by_one) {
  for (const Type type : {Type::float32, Type::bfloat16}) {
    CallList list;
    const RowRange rows{3, 9};
    const RowBand frame = list.band(Type::float32, kPackedInputChannels, kWidth, {2, 10});
    const RowBand state = list.band(Type::float32, kStateChannels, kWidth, rows);
    const RowBand residual = list.band(type, kPackedChannels, kWidth, rows);
    append_last_rows(list.builder, frame, state, residual, rows);
    list.prepare();
    list.fill_randomly(frame, 1);
    list.fill_randomly(state, 2);
    list.fill_randomly(residual, 3);
    Whole unread(1, 1), output(kPackedChannels, 4), next(kStateChannels, 5);
    WholeTensors tensors(unread.view, output.view, {unread.view, next.view});
    list.run(nullptr, &tensors);
    for (int y = rows.begin; y < rows.end; ++y)
      for (int x = 0; x < kWidth; ++x) {
        const auto old = [&](int c) { return list.get(state, y, x, c); };
        for (int c = 0; c < kPackedChannels; ++c) {
          const double noise = list.get(residual, y, x, c);
          ck_assert_double_eq_tol(output.at(y, x, c), list.get(frame, y, x, c) - old(c) + noise,
                                  1e-6);
          ck_assert_double_eq(next.at(y, x, c), old(c));
          ck_assert_double_eq_tol(next.at(y, x, kStatePicture + c), old(c) - noise, 1e-6);
        }
        ck_assert_double_eq(next.at(y, x, kStateVariance), old(kStateVariance));
      }
  }
}
END_TEST

int main() {
  return run_suite(
      "row_io", {test_whole_tensors_copy_the_rows_that_are_asked_for,
                 test_values_come_from_the_source_and_go_to_the_sink, test_a_ring_is_read_in_parts,
                 test_the_last_rows_go_to_the_caller_one_by_one});
}
