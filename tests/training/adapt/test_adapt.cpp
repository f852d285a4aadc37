// SPDX-License-Identifier: LGPL-2.1-or-later
// Fitting a denoiser to footage, from the footage to weights, card and picture.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <thread>

#include "adapt/adapt.h"
#include "adapt/adapt_report.h"
#include "data/mat_frame.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "training/adapt/moving_footage.h"
#include "training/small_runs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const cv::Size kSize(160, 128);
constexpr double kNoise = 18;

/// Two clips, of which the second is held back.
std::vector<std::vector<cv::Mat>> clean_clips() {
  return {pan_over(drawn_scene(220, 180, 1), kSize, {1, 1}, 16),
          pan_over(drawn_scene(220, 180, 2), kSize, {2, 0}, 16)};
}

AdaptOptions options_for(const TempFolder& folder) {
  cv::RNG random(11);
  for (std::size_t clip = 0; clip < 2; ++clip) {
    const auto frames = clean_clips()[clip];
    for (std::size_t t = 0; t < frames.size(); ++t) {
      const std::string name = std::to_string(clip) + "/" + std::to_string(10000 + t) + ".png";
      cv::imwrite((folder / ("footage/" + name)).string(),
                  with_noise(frames[t], streaky_noise(kSize, kNoise, random)));
    }
  }
  AdaptOptions options;
  options.footage = folder / "footage";
  options.model = "fast";
  options.run = folder / "run";
  options.preset = DAE_PRESETS "/adapt.toml";
  options.overrides = {"training.steps=120", "training.report_interval=120",
                       "training.checkpoint_interval=20", "training.validation_samples=2"};
  return options;
}

/// The mean squared error of a model on the second clip, against the clean frames.
double true_error(const std::string& model, const AdaptOptions& options) {
  const auto clean = clean_clips()[1];
  const auto runs = load_runs(options.footage, options.frames, ignore);
  const auto frames = denoise_run(load_model(model), runs[1]);
  double error = 0;
  for (std::size_t t = 0; t < clean.size(); ++t)
    error += std::pow(cv::norm(frames[t].denoised, clean[t]), 2) / (3.0 * clean[t].total());
  return error / static_cast<double>(clean.size());
}

}  // namespace

START_TEST(test_unknown_noise_is_removed_better) {
  const TempFolder folder;
  const AdaptOptions options = options_for(folder);
  const std::atomic<bool> stop{false};
  const AdaptResult result = adapt(options, stop, ignore, ignore);
  ck_assert(result.finished);
  ck_assert(result.weights == options.run / "best.safetensors");
  // They stay fit for int8, as those that they come from.
  ck_assert(!load_model(result.weights.string())->data().scale_sets.empty());
  const double before = true_error("fast", options);
  const double after = true_error(result.weights.string(), options);
  // This is 0.5 dB.
  ck_assert_double_lt(after, before / 1.122);
  // The difference from noisy frames tells as much as the unknown error does.
  ck_assert_double_lt(std::abs((result.error_before - result.error_after) - (before - after)),
                      0.25 * (before - after));
  const cv::Mat picture = cv::imread((options.run / "comparison.png").string());
  ck_assert_int_gt(picture.rows, 3 * 128);
  DAE_ASSERT_ERROR(adapt(options, stop, ignore, ignore), bad_argument);
  const std::string card = read_file(options.run / "README.md");
  for (const char* part : {"# fast, fitted to footage", "--model fast",
                           "Licence: LGPL-2.1-or-later", "comparison.png"})
    ck_assert_msg(card.find(part) != std::string::npos, "the card lacks %s", part);
}
END_TEST

START_TEST(test_a_run_that_was_stopped_goes_on_to_the_same_weights) {
  const TempFolder folder;
  AdaptOptions options = options_for(folder);
  options.overrides[0] = "training.steps=16";
  options.overrides[2] = "training.checkpoint_interval=4";
  const std::atomic<bool> go_on{false};
  ck_assert(adapt(options, go_on, ignore, ignore).finished);
  const auto expected = weights_of(options.run);
  options.run = folder / "stopped";
  std::atomic<bool> stop{false};
  // Lines of progress come by the clock: a fast machine is done before the first one.
  std::thread stops_at_checkpoint([&] {
    while (!std::filesystem::exists(options.run / "checkpoint"))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    stop = true;
  });
  const bool finished = adapt(options, stop, ignore, ignore).finished;
  stops_at_checkpoint.join();
  ck_assert(!finished);
  ck_assert(adapt(options, go_on, ignore, ignore).finished);
  ck_assert(equal(weights_of(options.run), expected));
}
END_TEST

START_TEST(test_a_folder_with_something_else_is_left_alone) {
  const TempFolder folder;
  AdaptOptions options = options_for(folder);
  const std::atomic<bool> stop{true};
  ck_assert(std::filesystem::create_directories(options.run / "pairs"));
  write_file(options.run / "pairs" / "mine.png", "x");
  DAE_ASSERT_ERROR(adapt(options, stop, ignore, ignore), bad_argument);
  ck_assert(std::filesystem::exists(options.run / "pairs" / "mine.png"));

  // Other arguments must not go on with a run that these began.
  options.run = folder / "begun";
  ck_assert(!adapt(options, stop, ignore, ignore).finished);
  AdaptOptions other = options;
  other.frames = 100;
  DAE_ASSERT_ERROR(adapt(other, stop, ignore, ignore), bad_argument);
  other = options;
  other.model = "balanced";
  DAE_ASSERT_ERROR(adapt(other, stop, ignore, ignore), bad_argument);
  ck_assert(!adapt(options, stop, ignore, ignore).finished);
}
END_TEST

START_TEST(test_models_without_a_noise_map_are_refused) {
  const TempFolder folder;
  AdaptOptions options = options_for(folder);
  const std::atomic<bool> stop{false};
  for (const char* model : {"paper-mnist", "noise-map"}) {
    options.model = model;
    DAE_ASSERT_ERROR(adapt(options, stop, ignore, ignore), incompatible_model);
  }
}
END_TEST

START_TEST(test_the_program_says_what_it_needs) {
  const TempFolder folder;
  const std::string log = (folder / "log.txt").string();
  const auto run = [&](const std::string& arguments) {
    const int status =
        std::system((DAE_TRAIN " adapt " + arguments + " > " + log + " 2>&1").c_str());
    return std::pair(WEXITSTATUS(status), read_file(log));
  };
  const auto [no_footage, usage] = run("");
  ck_assert_int_eq(no_footage, 2);
  ck_assert(usage.find("footage is required") != std::string::npos);
  const auto [absent, message] = run((folder / "absent.mp4").string());
  ck_assert_int_eq(absent, 1);
  ck_assert(message.find("there is no file or folder") != std::string::npos);
  const auto [mixed, refusal] = run((folder / "absent.mp4").string() + " --frames 17");
  ck_assert_int_eq(mixed, 1);
  const std::string before = "balanced --data x adapt " + (folder / "absent.mp4").string();
  const int status = std::system((DAE_TRAIN " " + before + " > " + log + " 2>&1").c_str());
  ck_assert_int_eq(WEXITSTATUS(status), 2);
  ck_assert(!std::filesystem::exists("runs/adapt"));
}
END_TEST

int main() {
  // One test takes most of a minute on two cores; slower machines shall pass, too.
  constexpr double kTimeoutS = 240;
  return run_suite("adapt",
                   {
                       test_unknown_noise_is_removed_better,
                       test_a_run_that_was_stopped_goes_on_to_the_same_weights,
                       test_a_folder_with_something_else_is_left_alone,
                       test_models_without_a_noise_map_are_refused,
                       test_the_program_says_what_it_needs,
                   },
                   kTimeoutS);
}
