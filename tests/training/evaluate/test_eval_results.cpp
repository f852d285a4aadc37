// SPDX-License-Identifier: LGPL-2.1-or-later
// denoiseae-eval writes tables, CSV files and figures.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/check.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"
#include "training/dataset_files.h"
#include "training/eval_program.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_methods_are_compared_over_kinds_of_noise) {
  const TempFolder folder;
  for (int i = 0; i < 2; ++i)
    write_picture(folder / ("data/" + std::to_string(i) + ".png"), waves(20, i));
  const std::vector<std::string> noises = {"gaussian:10", "coefficient:0.3", "gaussian:60",
                                           "gaussian:25"};
  std::vector<std::string> arguments = {"--baseline", "gaussian,median",
                                        "--data",     (folder / "data").string(),
                                        "--csv",      (folder / "r.csv").string()};
  for (const std::string& noise : noises) arguments.insert(arguments.end(), {"--noise", noise});
  const Run run = eval_ok(arguments);

  const std::size_t at = run.out.find("over the 4 kinds of noise");
  ck_assert(at != std::string::npos);
  const std::string table = run.out.substr(at);
  const std::string csv = read_file(folder / "r.csv");
  for (const char* method : {"noisy", "gaussian", "median"}) {
    // From the lines of the means in the file.
    std::vector<double> psnr, ssim;
    for (const std::string& noise : noises) {
      const std::size_t begin = csv.find("\n" + noise + ",0," + method + ",mean,,2,");
      ck_assert_msg(begin != std::string::npos, "%s, %s", noise.c_str(), method);
      double p = 0, s = 0;
      ck_assert_int_eq(std::sscanf(csv.c_str() + csv.find(",,2,", begin), ",,2,%lf,%lf", &p, &s),
                       2);
      psnr.push_back(p);
      ssim.push_back(s);
    }
    const std::size_t worst = std::min_element(psnr.begin(), psnr.end()) - psnr.begin();
    const std::vector<double> row = row_of(table, method);
    ck_assert_uint_eq(row.size(), 4);
    ck_assert_double_eq_tol(row[0], (psnr[0] + psnr[1] + psnr[2] + psnr[3]) / 4, 0.006);
    ck_assert_double_eq_tol(row[1], (ssim[0] + ssim[1] + ssim[2] + ssim[3]) / 4, 0.00006);
    ck_assert_double_eq_tol(row[2], psnr[worst], 0.006);
    ck_assert_double_eq_tol(row[3], ssim[worst], 0.00006);
    const std::size_t line = table.find("\n" + std::string(method));
    const std::string rest = table.substr(line + 1, table.find('\n', line + 1) - line - 1);
    ck_assert_msg(rest.ends_with("  " + noises[worst]), "%s", rest.c_str());
    ck_assert(holds(csv, "\nworst,0," + std::string(method) + "," + noises[worst] + ",,2,"));
    double mean = 0;
    const std::string start = "\nmean,0," + std::string(method) + ",mean,,2,";
    ck_assert(holds(csv, start));
    std::sscanf(csv.c_str() + csv.find(start) + start.size(), "%lf", &mean);
    ck_assert_double_eq_tol(mean, (psnr[0] + psnr[1] + psnr[2] + psnr[3]) / 4, 0.0002);
  }
  const Run one = eval_ok({"--baseline", "median", "--data", (folder / "data").string()});
  ck_assert(!holds(one.out, "kinds of noise"));
}
END_TEST

START_TEST(test_tables_of_many_pictures_hold_the_mean_only) {
  const TempFolder folder;
  write_file(folder / "set", idx_bytes(200, 12, 12));
  // A table of a hundred pictures can be read, one of ten thousand cannot.
  for (const int count : {100, 101}) {
    const Run longer =
        eval_ok({"--baseline", "median", "--data", (folder / "set").string(), "--limit",
                 std::to_string(count), "--csv", (folder / "r.csv").string()});
    ck_assert_int_eq(count_of(longer.out, "\n"), count == 100 ? 104 : 4);
    ck_assert_uint_eq(row_of(longer.out, "mean").size(), 4);
    ck_assert(holds(longer.out, "mean of 101") == (count == 101));
    ck_assert_int_eq(count_of(read_file(folder / "r.csv"), "\n"), 1 + 2 * (count + 1));
  }
}
END_TEST

START_TEST(test_csv_and_figure_hold_every_method) {
  const TempFolder folder;
  save_tiny_model(folder / "zero.safetensors");
  for (int i = 0; i < 2; ++i)
    cv::imwrite((folder / ("data/p" + std::to_string(i) + ".png")).string(),
                test_picture(50, 41, i));
  const Run run = eval_ok({"--model", (folder / "zero.safetensors").string(), "--data",
                           (folder / "data").string(), "--noise", "gaussian:10", "--noise",
                           "coefficient:0.1", "--baseline", "median,gaussian", "--csv",
                           (folder / "r.csv").string(), "--figure", (folder / "f.png").string()});
  const std::string csv = read_file(folder / "r.csv");
  // Two kinds of noise, five methods (noisy, model, sharpened, two filters), two pictures and mean;
  // each method's mean and worst kind.
  ck_assert_int_eq(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * 5 * 3 + 5 * 2);
  ck_assert(csv.find("coefficient:0.1,1,\"zero, sharpened\",p1.png,BGR,1,") != std::string::npos);
  const cv::Mat figure = cv::imread((folder / "f.png").string());
  ck_assert_int_gt(figure.rows, 6 * 41);
  ck_assert_int_gt(figure.cols, 2 * 50);
  ck_assert(run.out.find("noise coefficient:0.1") != std::string::npos);
}
END_TEST

START_TEST(test_frames_are_written_and_measured_one_by_one) {
  const TempFolder folder;
  save_tiny_model(folder / "zero.safetensors");
  for (int i = 0; i < 3; ++i)
    write_picture(folder / ("data/a/0" + std::to_string(i) + ".png"), waves(20, i));
  write_picture(folder / "data/b/0.png", waves(9, 5));
  const std::vector<std::string> arguments = {"--model",
                                              (folder / "zero.safetensors").string(),
                                              "--data",
                                              (folder / "data").string(),
                                              "--kind",
                                              "frames",
                                              "--noise",
                                              "gaussian:10",
                                              "--clip",
                                              "--csv",
                                              (folder / "r.csv").string()};
  eval_ok(arguments);
  ck_assert(!holds(read_file(folder / "r.csv"), "a/00.png"));
  eval_ok(arguments, {"--per-frame", "--write-frames", (folder / "out").string()});
  const std::string csv = read_file(folder / "r.csv");
  for (const char* method : {"noisy", "zero"}) {
    double sum = 0;
    for (const int i : {0, 1, 2}) {
      const std::string name = "a/0" + std::to_string(i) + ".png";
      const std::string start = ",1," + std::string(method) + "," + name + ",GRAY8,1,";
      const std::size_t at = csv.find(start);
      ck_assert_msg(at != std::string::npos, "%s", start.c_str());
      const double found = std::stod(csv.substr(at + start.size()));
      sum += found;
      // The network of zeros changes nothing, so both methods wrote the noisy picture.
      const cv::Mat written = cv::imread((folder / "out" / method / name).string(), -1);
      const cv::Mat clean = cv::imread((folder / "data" / name).string(), -1);
      ck_assert_int_eq(written.type(), CV_8UC1);
      const double error = cv::norm(written, clean, cv::NORM_L2SQR) / clean.total();
      ck_assert_double_eq_tol(found, 10 * std::log10(255 * 255 / error), 0.001);
    }
    const std::string clip = ",1," + std::string(method) + ",a,GRAY8,3,";
    ck_assert(holds(csv, clip));
    ck_assert_double_eq_tol(std::stod(csv.substr(csv.find(clip) + clip.size())), sum / 3, 0.0002);
    ck_assert(holds(csv, ",1," + std::string(method) + ",b/0.png,GRAY8,1,"));
  }
}
END_TEST

START_TEST(test_figure_shows_the_columns_asked_for) {
  const TempFolder folder;
  for (int i = 0; i < 6; ++i)
    write_picture(folder / ("data/" + std::to_string(i) + ".png"),
                  cv::Mat(28, 28, CV_8UC1, cv::Scalar(100)));
  const auto figure = [&](const std::vector<std::string>& more) {
    eval_ok({"--baseline", "median", "--data", (folder / "data").string(), "--figure",
             (folder / "f.png").string(), "--noise", "gaussian:0"},
            more);
    return cv::imread((folder / "f.png").string());
  };
  // Without noise every cell is of one gray that letters do not have in whole rows: 28 pixels
  // enlarged by 5, rows noisy, median and clean.
  for (const auto& [columns, arguments] :
       {std::pair(4, std::vector<std::string>{}),
        std::pair(1, std::vector<std::string>{"--figure-columns", "1"}),
        std::pair(6, std::vector<std::string>{"--figure-columns", "20"})}) {
    const cv::Mat picture = figure(arguments);
    cv::Mat cells;
    cv::inRange(picture, cv::Scalar::all(100), cv::Scalar::all(100), cells);
    cv::Mat labels, stats, centers;
    const int parts = cv::connectedComponentsWithStats(cells, labels, stats, centers, 4);
    int squares = 0;
    for (int i = 1; i < parts; ++i)
      squares += stats.at<int>(i, cv::CC_STAT_WIDTH) == 140 &&
                 stats.at<int>(i, cv::CC_STAT_AREA) == 140 * 140;
    ck_assert_int_eq(squares, 3 * columns);
  }
}
END_TEST

int main() {
  return run_suite("eval_results", {
                                       test_methods_are_compared_over_kinds_of_noise,
                                       test_tables_of_many_pictures_hold_the_mean_only,
                                       test_csv_and_figure_hold_every_method,
                                       test_frames_are_written_and_measured_one_by_one,
                                       test_figure_shows_the_columns_asked_for,
                                   });
}
