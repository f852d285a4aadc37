// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vector>

#include "stream/counting_sink.h"
#include "support/check.h"

using namespace denoiseae;

namespace {

struct Rows final : RowSink {
  void write_state(int first_row, const TensorView&) override { states.push_back(first_row); }
  void write_output(int first_row, const TensorView&, const TensorView&) override {
    outputs.push_back(first_row);
  }
  std::vector<int> states, outputs;
};

}  // namespace

START_TEST(test_rows_are_handed_on_and_counted) {
  Rows rows;
  std::vector<double> shares;
  const ProgressCallback report = [&](double share) { shares.push_back(share); };
  CountingSink sink(rows, 8, report);
  const TensorView four{nullptr, 1, 4, 9};
  sink.write_state(0, four);
  ck_assert(shares.empty());
  sink.write_output(0, four, four);
  ck_assert(shares == std::vector<double>{0.5});
  // The caller of the engine tells the end.
  sink.write_output(4, four, four);
  ck_assert_uint_eq(shares.size(), 1);
  ck_assert((rows.states == std::vector<int>{0}));
  ck_assert((rows.outputs == std::vector<int>{0, 4}));
}
END_TEST

START_TEST(test_other_threads_report_nothing) {
  Rows rows;
  int reports = 0;
  const ProgressCallback report = [&](double share) {
    ++reports;
    ck_assert_double_eq(share, 0.75);
  };
  CountingSink sink(rows, 8, report);
  const TensorView four{nullptr, 1, 4, 9}, two{nullptr, 1, 2, 9};
  std::thread([&] { sink.write_output(0, four, four); }).join();
  ck_assert_int_eq(reports, 0);
  sink.write_output(4, two, two);
  ck_assert_int_eq(reports, 1);
}
END_TEST

int main() {
  return denoiseae::test::run_suite(
      "counting_sink", {test_rows_are_handed_on_and_counted, test_other_threads_report_nothing});
}
