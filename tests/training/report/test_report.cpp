// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>
#include <cmath>
#include <cstdlib>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "report/loss_plot.h"
#include "report/metrics_log.h"
#include "report/picture_grid.h"
#include "support/check.h"
#include "support/temp_folder.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const std::vector<std::string> kColumns = {"training_loss", "psnr"};

void append(MetricsLog& log, std::int64_t step, double loss, double psnr) {
  log.append(step, std::array{loss, psnr});
}

}  // namespace

START_TEST(test_metrics_are_appended_and_read_back) {
  const TempFolder folder;
  const auto path = folder / "metrics.csv";
  MetricsLog log(path, "step", kColumns);
  append(log, 100, 0.1, NAN);
  {
    MetricsLog again(path, "step", kColumns);
    append(again, 200, 1e-30, 28.3125);
  }
  const std::string text = read_file(path);
  ck_assert_str_eq(text.c_str(), "step,training_loss,psnr\n100,0.1,\n200,1e-30,28.3125\n");
  DAE_ASSERT_ERROR(log.append(300, std::array{1.0}), bad_argument);
  DAE_ASSERT_ERROR(MetricsLog(path, "step", {"other"}), corrupt);
  DAE_ASSERT_ERROR(MetricsLog(path, "epoch", kColumns), corrupt);
  DAE_ASSERT_ERROR(MetricsLog(folder.path() / "absent" / "metrics.csv", "step", kColumns),
                   unreadable);
}
END_TEST

START_TEST(test_metrics_are_cut_back_to_a_step) {
  const TempFolder folder;
  const auto path = folder / "metrics.csv";
  MetricsLog log(path, "step", kColumns);
  for (const int step : {100, 200, 300}) append(log, step, 1, 2);
  log.cut_back(300);
  ck_assert(read_file(path) == "step,training_loss,psnr\n100,1,2\n200,1,2\n300,1,2\n");
  log.cut_back(299);
  ck_assert(read_file(path) == "step,training_loss,psnr\n100,1,2\n200,1,2\n");
  write_file(path, read_file(path) + "25");
  log.cut_back(1000);
  ck_assert(read_file(path) == "step,training_loss,psnr\n100,1,2\n200,1,2\n");
  log.cut_back(0);
  ck_assert(read_file(path) == "step,training_loss,psnr\n");
}
END_TEST

START_TEST(test_loss_plot_survives_hostile_names) {
  const TempFolder folder;
  const auto csv = folder / "it's `touch hacked` $(touch hacked)/metrics.csv";
  MetricsLog log(csv, "step", kColumns);
  append(log, 1, 3, 20);
  append(log, 2, 2, NAN);
  append(log, 3, 1, 25);
  std::string warnings;
  const auto svg = csv.parent_path() / "loss.svg";
  std::filesystem::current_path(folder.path());
  draw_loss_plot(csv, svg, [&](LogLevel, std::string_view text) { warnings += text; });
  if (std::system("command -v gnuplot > /dev/null") == 0) {
    ck_assert_str_eq(warnings.c_str(), "");
    const std::string picture = read_file(svg);
    ck_assert(picture.find("<svg") != std::string::npos);
    ck_assert(picture.find("training_loss") != std::string::npos);
    ck_assert(picture.find("step") != std::string::npos);
    ck_assert(picture.find("psnr") == std::string::npos);
  } else {
    ck_assert_str_ne(warnings.c_str(), "");
  }
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    ck_assert_str_ne(entry.path().filename().c_str(), "hacked");
    files += entry.is_regular_file();
  }
  ck_assert_int_le(files, 2);
  std::filesystem::current_path("/");
}
END_TEST

START_TEST(test_loss_plot_without_gnuplot_warns_and_keeps_the_old) {
  const TempFolder folder;
  const auto csv = folder / "metrics.csv";
  MetricsLog log(csv, "step", kColumns);
  append(log, 1, 3, 20);
  write_file(folder / "loss.svg", "old");
  setenv("PATH", folder.path().c_str(), 1);
  int warnings = 0;
  draw_loss_plot(csv, folder / "loss.svg",
                 [&](LogLevel level, std::string_view) { warnings += level == LogLevel::warning; });
  ck_assert_int_eq(warnings, 1);
  ck_assert(read_file(folder / "loss.svg") == "old");
}
END_TEST

START_TEST(test_grid_holds_every_picture) {
  const cv::Mat red(20, 30, CV_8UC3, cv::Scalar(0, 0, 255));
  const cv::Mat gray(20, 30, CV_8UC1, cv::Scalar(77));
  const std::vector<GridRow> rows = {{"noisy", {red, gray}, {"20 dB", "21 dB"}},
                                     {"clean", {gray, red}, {}}};
  const cv::Mat grid = compose_grid(rows, 60);
  int red_pixels = 0;
  int gray_pixels = 0;
  for (int y = 0; y < grid.rows; ++y)
    for (int x = 0; x < grid.cols; ++x) {
      red_pixels += grid.at<cv::Vec3b>(y, x) == cv::Vec3b(0, 0, 255);
      gray_pixels += grid.at<cv::Vec3b>(y, x) == cv::Vec3b(77, 77, 77);
    }
  // Two pictures of 30x20 each, enlarged by 2. Smooth letters may add a few grays.
  ck_assert_int_eq(red_pixels, 2 * 60 * 40);
  ck_assert_int_ge(gray_pixels, 2 * 60 * 40);
  ck_assert_int_lt(gray_pixels, 2 * 60 * 40 + 100);
  DAE_ASSERT_ERROR(compose_grid({}), bad_argument);
  const std::vector<GridRow> ragged = {{"a", {red, red}, {}}, {"b", {red}, {}}};
  DAE_ASSERT_ERROR(compose_grid(ragged), bad_argument);
}
END_TEST

START_TEST(test_sharpened_picture_follows_the_kernel) {
  cv::Mat picture(5, 5, CV_8UC1, cv::Scalar(100));
  picture.at<std::uint8_t>(2, 2) = 110;
  const cv::Mat result = sharpened(picture);
  ck_assert_uint_eq(result.at<std::uint8_t>(2, 2), 5 * 110 - 4 * 100);
  ck_assert_uint_eq(result.at<std::uint8_t>(2, 1), 5 * 100 - 3 * 100 - 110);
  ck_assert_uint_eq(result.at<std::uint8_t>(0, 0), 100);
}
END_TEST

START_TEST(test_png_is_written_whole_or_not_at_all) {
  const TempFolder folder;
  const cv::Mat picture(4, 6, CV_8UC3, cv::Scalar(1, 2, 3));
  write_png(folder / "a.png", picture);
  ck_assert(cv::norm(cv::imread((folder / "a.png").string()), picture, cv::NORM_INF) == 0);
  DAE_ASSERT_ERROR(write_png(folder.path() / "absent" / "a.png", picture), unreadable);
}
END_TEST

int main() {
  return run_suite("report", {
                                 test_metrics_are_appended_and_read_back,
                                 test_metrics_are_cut_back_to_a_step,
                                 test_loss_plot_survives_hostile_names,
                                 test_loss_plot_without_gnuplot_warns_and_keeps_the_old,
                                 test_grid_holds_every_picture,
                                 test_sharpened_picture_follows_the_kernel,
                                 test_png_is_written_whole_or_not_at_all,
                             });
}
