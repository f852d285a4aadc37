// SPDX-License-Identifier: LGPL-2.1-or-later
// The comparison: which noise a picture gets, and what is averaged.
#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "evaluate/evaluate.h"
#include "evaluate/methods.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"
#include "training/dataset_files.h"
#include "training/eval_program.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Computes the result of a filter on gray picture i of a set by itself and compares. The noise is
/// 25, not clipped, with seed 0.
void check_result(const NoiseResult& result, int i, const cv::Mat& picture, Method& filter) {
  const Samples clean = to_samples(frame_of_picture(picture, PixelFormat::gray8).view());
  NoisyPicture noisy{clean, {}, 25};
  add_noise(noisy.samples, NoiseModel::gaussian, 25, 0, i);
  noisy.frame = to_frame(noisy.samples);
  const std::vector<Quality>& found = result.groups[i].quality;
  const Quality expected = measure(clean, filter.denoise(noisy));
  ck_assert_uint_eq(found.size(), 2);
  ck_assert_double_eq_tol(found[0].psnr, measure(clean, noisy.samples).psnr, 1e-9);
  ck_assert_double_eq_tol(found[1].psnr, expected.psnr, 1e-9);
  ck_assert_double_eq_tol(found[1].ssim, expected.ssim, 1e-9);
}

}  // namespace

START_TEST(test_unclipped_noise_has_its_psnr) {
  // A network of zeros returns what it gets, so both columns are known: 20 log10(255 / 25).
  const TempFolder folder;
  save_tiny_model(folder / "zero.safetensors");
  // White: clipping would hide half of the noise.
  cv::imwrite((folder / "data/a.png").string(), cv::Mat(120, 121, CV_8UC1, cv::Scalar(255)));
  const std::vector<std::string> arguments = {"--model", (folder / "zero.safetensors").string(),
                                              "--data",  (folder / "data").string(),
                                              "--noise", "gaussian:25"};
  const Run unclipped = run_eval(arguments);
  ck_assert_msg(unclipped.code == 0, "%s", unclipped.err.c_str());
  const std::vector<double> values = row_of(unclipped.out, "a.png");
  ck_assert_uint_eq(values.size(), 4);
  ck_assert_double_eq_tol(values[0], 20.17, 0.15);
  ck_assert_double_eq_tol(values[2], values[0], 0.011);
  ck_assert(row_of(unclipped.out, "mean") == values);

  std::vector<std::string> clip = arguments;
  clip.push_back("--clip");
  const std::vector<double> clipped = row_of(run_eval(clip).out, "a.png");
  ck_assert_double_eq_tol(clipped[0], 23.18, 0.25);
  ck_assert_double_eq_tol(clipped[2], clipped[0], 0.011);
  ck_assert(run_eval(arguments).out == unclipped.out);
}
END_TEST

START_TEST(test_clips_are_averaged_by_frame_then_by_clip) {
  const TempFolder folder;
  save_tiny_model(folder / "zero.safetensors");
  for (int i = 0; i < 3; ++i)
    cv::imwrite((folder / ("data/a/0" + std::to_string(i) + ".png")).string(),
                test_picture(48, 32, i));
  for (int i = 0; i < 2; ++i)
    cv::imwrite((folder / ("data/b/0" + std::to_string(i) + ".png")).string(),
                cv::Mat(32, 48, CV_8UC3, cv::Scalar::all(0)));
  EvalOptions options;
  options.models = {(folder / "zero.safetensors").string()};
  options.data = folder / "data";
  options.clip = true;
  const NoiseResult result = evaluate(options, {}).front();
  ck_assert_uint_eq(result.groups.size(), 2);
  ck_assert_str_eq(result.groups[0].name.c_str(), "a");
  ck_assert_str_eq(result.groups[0].format.c_str(), "I420");
  ck_assert_int_eq(result.groups[0].frames, 3);
  ck_assert_int_eq(result.groups[1].frames, 2);
  const double a = result.groups[0].quality[0].psnr;
  const double b = result.groups[1].quality[0].psnr;
  // Black frames lose half of the noise, so the two clips differ by 3 dB.
  ck_assert_double_gt(b - a, 2);
  ck_assert_double_eq_tol(result.mean[0].psnr, (a + b) / 2, 1e-9);
}
END_TEST

START_TEST(test_many_small_pictures_keep_their_order_and_noise) {
  // More than fit a chunk.
  const TempFolder folder;
  const std::string bytes = idx_bytes(5000, 8, 8);
  write_file(folder / "many", bytes);
  EvalOptions options;
  options.baselines = {"median"};
  options.data = folder / "many";
  options.figure_columns = 2;
  const NoiseResult result = evaluate(options, {}).front();
  ck_assert_uint_eq(result.groups.size(), 5000);
  const auto median = make_baseline(find_baseline("median"), 5);
  for (const int i : {0, 1, 4095, 4096, 4097, 4999}) {
    cv::Mat picture(8, 8, CV_8UC1);
    std::copy_n(bytes.data() + 16 + 64 * i, 64, picture.ptr<char>());
    check_result(result, i, picture, *median);
  }
  ck_assert_uint_eq(result.figure.size(), 2);
  ck_assert_uint_eq(result.figure[1].pictures.size(), 3);
  ck_assert_uint_eq(result.figure[1].pictures[2].at<std::uint8_t>(3, 3), (64 + 27) * 7 % 256);
}
END_TEST

START_TEST(test_pictures_of_changing_size_and_format_keep_their_order) {
  const TempFolder folder;
  const std::vector<cv::Mat> pictures = {
      cv::Mat(9, 12, CV_8UC1, cv::Scalar(10)), cv::Mat(9, 12, CV_8UC1, cv::Scalar(60)),
      cv::Mat(12, 9, CV_8UC1, cv::Scalar(10)), cv::Mat(12, 9, CV_8UC3, cv::Scalar(10, 30, 90)),
      cv::Mat(9, 12, CV_8UC1, cv::Scalar(10)),
  };
  for (std::size_t i = 0; i < pictures.size(); ++i)
    write_picture(folder / ("data/" + std::to_string(i) + ".png"), pictures[i]);
  EvalOptions options;
  options.baselines = {"median"};
  options.data = folder / "data";
  const NoiseResult result = evaluate(options, {}).front();
  ck_assert_uint_eq(result.groups.size(), pictures.size());
  const auto median = make_baseline(find_baseline("median"), 5);
  for (const int i : {0, 1, 2, 4}) {
    ck_assert_str_eq(result.groups[i].format.c_str(), "GRAY8");
    check_result(result, i, pictures[i], *median);
  }
  ck_assert_str_eq(result.groups[3].format.c_str(), "BGR");
  ck_assert(result.clipped);
}
END_TEST

START_TEST(test_tuning_chooses_the_best_parameter) {
  const TempFolder folder;
  cv::imwrite((folder / "data/a.png").string(), test_picture(96, 80));
  EvalOptions options;
  options.baselines = {"gaussian"};
  options.data = options.tune_data = folder / "data";
  options.gray = true;
  const double tuned = evaluate(options, {}).front().mean[1].psnr;
  const cv::Mat color = test_picture(96, 80);
  cv::Mat gray;
  cv::cvtColor(color, gray, cv::COLOR_BGR2GRAY);
  const Samples clean = to_samples(frame_of_picture(gray, PixelFormat::gray8).view());
  const BaselineInfo& info = find_baseline("gaussian");
  double best = 0;
  for (const double parameter : info.parameters) {
    NoisyPicture noisy{clean, {}, 25};
    add_noise(noisy.samples, NoiseModel::gaussian, 25, options.seed, 0);
    noisy.frame = to_frame(noisy.samples);
    best = std::max(best, measure(clean, make_baseline(info, parameter)->denoise(noisy)).psnr);
  }
  ck_assert_double_eq_tol(tuned, best, 1e-9);
}
END_TEST

int main() {
  return run_suite("evaluate", {
                                   test_many_small_pictures_keep_their_order_and_noise,
                                   test_pictures_of_changing_size_and_format_keep_their_order,
                                   test_unclipped_noise_has_its_psnr,
                                   test_clips_are_averaged_by_frame_then_by_clip,
                                   test_tuning_chooses_the_best_parameter,
                               });
}
