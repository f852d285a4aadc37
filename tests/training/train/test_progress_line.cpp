// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string>
#include <string_view>
#include <vector>

#include "support/check.h"
#include "train/progress_line.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Returns a run of 100 steps of 16 x 512 x 512 = 4194304 pixels each.
TrainConfig hundred_steps() {
  TrainConfig config;
  config.steps = 100;
  config.batch = 16;
  config.samples.patch_px = 512;
  return config;
}

/// Returns the line after a step, in a sitting that began with the run.
std::string line_after(const TrainConfig& config, std::int64_t step, double seconds) {
  std::string line;
  const std::vector<TrainingStage> stages = stages_of(config);
  ProgressLine progress_line(config, stages, {},
                             [&](LogLevel, std::string_view text) { line = text; });
  Progress progress;
  progress.step = step;
  progress.seconds = seconds;
  progress.loss_sum = -3;
  progress.loss_count = 4;
  progress_line.tell(progress);
  return line;
}

}  // namespace

START_TEST(test_line_tells_steps_loss_throughput_and_what_is_left) {
  // 10 steps in 4 s leave 90, which take 36 s.
  const std::string line = line_after(hundred_steps(), 10, 4);
  ck_assert_str_eq(line.c_str(), "step 10/100  loss -0.7500  10.49 Mpixel/s  36 s left");
}
END_TEST

START_TEST(test_line_counts_hours_and_minutes) {
  // 10 steps in 500 s leave 90, which take 4500 s.
  const std::string line = line_after(hundred_steps(), 10, 500);
  ck_assert_str_eq(line.c_str(), "step 10/100  loss -0.7500  0.08 Mpixel/s  1 h 15 min 0 s left");
}
END_TEST

START_TEST(test_line_counts_epochs_where_there_are_some) {
  TrainConfig config = hundred_steps();
  config.epochs = 5;
  ck_assert(line_after(config, 39, 4).starts_with("epoch 1/5 step 39/100 "));
  ck_assert(line_after(config, 40, 4).starts_with("epoch 2/5 step 40/100 "));
}
END_TEST

START_TEST(test_throughput_is_that_of_the_sitting) {
  const TrainConfig config = hundred_steps();
  const std::vector<TrainingStage> stages = stages_of(config);
  Progress progress;
  progress.step = 50;
  progress.seconds = 1000;
  const ProgressLine line(config, stages, progress, [](LogLevel, std::string_view) {});
  progress.step = 60;
  progress.seconds = 1005;
  ck_assert_double_eq_tol(line.pixels_per_second(progress), 10 * 4194304.0 / 5, 1e-6);
}
END_TEST

int main() {
  return run_suite(
      "progress_line",
      {test_line_tells_steps_loss_throughput_and_what_is_left, test_line_counts_hours_and_minutes,
       test_line_counts_epochs_where_there_are_some, test_throughput_is_that_of_the_sitting});
}
