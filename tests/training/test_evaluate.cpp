// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "evaluate/contestants.h"
#include "evaluate/eval_main.h"
#include "evaluate/evaluate.h"
#include "evaluate/results.h"
#include "model/manifest.h"
#include "noise/estimate.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const nlohmann::json kSmallUnet = {{"widths", {8, 8}}, {"encoder", {1, 1}}, {"decoder", {1}}};

/// A model that does something to every sample: small random weights.
std::filesystem::path save_random_model(const TempFolder& folder) {
  const Architecture& architecture = find_architecture("unet");
  const Graph graph = architecture.build(kSmallUnet);
  std::mt19937 random(3);
  std::map<std::string, Tensor> tensors;
  for (const Parameter& parameter : graph.parameters()) {
    Tensor& tensor = tensors[parameter.name];
    std::size_t count = 1;
    for (const int size : parameter.shape) {
      tensor.shape.push_back(size);
      count *= static_cast<std::size_t>(size);
    }
    for (std::size_t i = 0; i < count; ++i)
      tensor.values.push_back(static_cast<float>(random() % 2001) / 10000 - 0.1f);
  }
  const auto path = folder / "random.safetensors";
  save_model(path, make_manifest(architecture, kSmallUnet), std::move(tensors));
  return path;
}

/// Soft shapes and an edge, in colour.
cv::Mat test_picture(int width, int height, int number = 0) {
  cv::Mat picture(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.at<cv::Vec3b>(y, x) = {
          cv::saturate_cast<std::uint8_t>(120 + 60 * std::sin(0.1 * x + number)),
          cv::saturate_cast<std::uint8_t>(110 + 50 * std::cos(0.07 * y)),
          cv::saturate_cast<std::uint8_t>(x + y > width ? 150 : 90)};
  return picture;
}

NoisyPicture noisy_picture(const cv::Mat& picture, PixelFormat format, double sigma) {
  NoisyPicture noisy;
  noisy.samples = to_samples(frame_of_picture(picture, format).view());
  add_noise(noisy.samples, NoiseModel::gaussian, sigma, 1, 0);
  noisy.frame = to_frame(noisy.samples);
  noisy.sigma_8bit = sigma;
  return noisy;
}

struct Run {
  int code;
  std::string out;
  std::string err;
};

Run run_eval(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "denoiseae-eval");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const int code = eval_main(static_cast<int>(argv.size()), argv.data(), out, err);
  return {code, out.str(), err.str()};
}

/// The last numbers of the line of a table that starts with a name: PSNR and SSIM per method.
std::vector<double> row_of(const std::string& table, const std::string& name) {
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream fields(line.substr(name.size()));
    std::vector<double> values;
    for (double value = 0; fields >> value;) values.push_back(value);
    return values;
  }
  ck_abort_msg("no line %s in:\n%s", name.c_str(), table.c_str());
  return {};
}

}  // namespace

START_TEST(test_frames_of_every_format_keep_the_picture) {
  const cv::Mat picture = test_picture(21, 13);
  cv::Mat gray;
  cv::cvtColor(picture, gray, cv::COLOR_BGR2GRAY);
  for (const FormatInfo& info : formats()) {
    const Frame frame = frame_of_picture(picture, info.format);
    const cv::Mat back = picture_of_frame(frame.view());
    double error = cv::norm(back, info.family == ColorFamily::gray ? gray : picture, cv::NORM_INF);
    if (info.family == ColorFamily::yuv) {
      // Chroma of 2x2 pixels: exact where these have one colour.
      const cv::Mat plain(13, 21, CV_8UC3, cv::Scalar(200, 100, 50));
      error = cv::norm(picture_of_frame(frame_of_picture(plain, info.format).view()), plain,
                       cv::NORM_INF);
    }
    ck_assert_msg(error <= 1, "%s is off by %g", info.name.data(), error);
    const Frame again = to_frame(to_samples(frame.view()));
    ck_assert(cv::norm(picture_of_frame(again.view()), back, cv::NORM_INF) == 0);
  }
}
END_TEST

START_TEST(test_measure_agrees_with_the_definition) {
  const NoisyPicture noisy = noisy_picture(test_picture(40, 30), PixelFormat::bgr, 20);
  const Samples clean = to_samples(frame_of_picture(test_picture(40, 30), PixelFormat::bgr).view());
  double squares = 0;
  for (int c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < 1200; ++i)
      squares += std::pow(clean.component[c][i] - noisy.samples.component[c][i], 2);
  ck_assert_double_eq_tol(measure(clean, noisy.samples).psnr, -10 * std::log10(squares / 3600),
                          1e-4);
  ck_assert_double_eq_tol(measure(clean, clean).ssim, 1, 1e-6);
}
END_TEST

START_TEST(test_planes_and_frames_give_the_same_result) {
  const TempFolder folder;
  const ModelRun run{load_model(save_random_model(folder).string()), "random", false, {}};
  const auto planes = make_plane_model(run);
  const auto frames = make_frame_model(run);
  for (const FormatInfo& info : formats()) {
    if (!has_planes(info.format)) continue;
    for (const auto& [width, height] : {std::pair(37, 21), std::pair(16, 32)}) {
      NoisyPicture noisy = noisy_picture(test_picture(width, height), info.format, 15);
      noisy.samples = to_samples(noisy.frame.view());
      const Samples exact = planes->denoise(noisy);
      const Samples rounded = frames->denoise(noisy);
      double change = 0;
      for (int c = 0; c < info.component_count; ++c)
        for (std::size_t i = 0; i < exact.component[c].size(); ++i) {
          const double value = std::clamp(exact.component[c][i], 0.0f, 1.0f);
          const double difference = 255 * std::abs(value - rounded.component[c][i]);
          ck_assert_msg(difference < 0.501, "%s differs by %g codes", info.name.data(), difference);
          change = std::max(change, std::abs(value - noisy.samples.component[c][i]) * 255.0);
        }
      ck_assert_msg(change > 2, "the model changes %s by %g codes only", info.name.data(), change);
    }
  }
}
END_TEST

START_TEST(test_planes_of_rgb_are_refused) {
  const TempFolder folder;
  const auto planes = make_plane_model({load_model(save_random_model(folder).string()), "r"});
  const NoisyPicture noisy = noisy_picture(test_picture(16, 16), PixelFormat::bgr, 15);
  DAE_ASSERT_ERROR(planes->denoise(noisy), unsupported_format);
}
END_TEST

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

START_TEST(test_every_baseline_removes_noise) {
  for (const BaselineInfo& info : baselines()) {
    ck_assert(std::find(info.parameters.begin(), info.parameters.end(), info.default_parameter) !=
              info.parameters.end());
    ck_assert_ptr_eq(&find_baseline(info.name), &info);
    for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::i420, PixelFormat::rgbx}) {
      const NoisyPicture noisy = noisy_picture(test_picture(96, 80), format, 25);
      const Samples clean = to_samples(frame_of_picture(test_picture(96, 80), format).view());
      const double before = measure(clean, noisy.samples).psnr;
      const double after =
          measure(clean, make_baseline(info, info.default_parameter)->denoise(noisy)).psnr;
      ck_assert_msg(after > before + 3, "%s of %s: %g dB before, %g dB after", info.name.data(),
                    format_info(format).name.data(), before, after);
    }
  }
  DAE_ASSERT_ERROR(find_baseline("magic"), bad_argument);
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

START_TEST(test_csv_and_figure_hold_every_method) {
  const TempFolder folder;
  save_tiny_model(folder / "zero.safetensors");
  for (int i = 0; i < 2; ++i)
    cv::imwrite((folder / ("data/p" + std::to_string(i) + ".png")).string(),
                test_picture(50, 41, i));
  const Run run = run_eval({"--model", (folder / "zero.safetensors").string(), "--data",
                            (folder / "data").string(), "--noise", "gaussian:10", "--noise",
                            "coefficient:0.1", "--baseline", "median,gaussian", "--csv",
                            (folder / "r.csv").string(), "--figure", (folder / "f.png").string()});
  ck_assert_msg(run.code == 0, "%s", run.err.c_str());
  const std::string csv = read_file(folder / "r.csv");
  // Two kinds of noise, five methods (noisy, model, sharpened, two filters), two pictures and mean.
  ck_assert_int_eq(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * 5 * 3);
  ck_assert(csv.find("coefficient:0.1,1,\"zero, sharpened\",p1.png,BGR,1,") != std::string::npos);
  const cv::Mat figure = cv::imread((folder / "f.png").string());
  ck_assert_int_gt(figure.rows, 6 * 41);
  ck_assert_int_gt(figure.cols, 2 * 50);
  ck_assert(run.out.find("noise coefficient:0.1") != std::string::npos);
}
END_TEST

START_TEST(test_models_of_fixed_size_get_pictures_of_that_size) {
  const TempFolder folder;
  save_fixed_size_model(folder / "fixed.safetensors");
  cv::imwrite((folder / "data/a.png").string(), test_picture(64, 48));
  for (const char* way : {"--gray", "--clip"}) {
    const Run run = run_eval({"--model", (folder / "fixed.safetensors").string(), "--data",
                              (folder / "data").string(), way});
    ck_assert_msg(run.code == 0, "%s", run.err.c_str());
    ck_assert_uint_eq(row_of(run.out, "a.png").size(), 4);
  }
}
END_TEST

START_TEST(test_blind_levels_come_from_the_frame) {
  const TempFolder folder;
  const auto model = load_model(save_random_model(folder).string());
  const NoisyPicture noisy = noisy_picture(test_picture(128, 96), PixelFormat::gray8, 25);
  NoisyPicture told = noisy;
  told.sigma_8bit = estimate_noise_level(noisy.frame.view());
  for (const auto make : {make_plane_model, make_frame_model}) {
    const auto knowing = make({model, "knowing", false, {}});
    const auto blind = make({model, "blind", true, {}});
    ck_assert(blind->denoise(noisy).component == knowing->denoise(told).component);
    ck_assert(blind->denoise(noisy).component != knowing->denoise(noisy).component);
  }
  cv::imwrite((folder / "data/a.png").string(), test_picture(128, 96));
  EvalOptions options;
  options.models = {(folder / "random.safetensors").string()};
  options.data = folder / "data";
  options.gray = true;
  const NoiseResult given_result = evaluate(options, {}).front();
  options.blind = true;
  const NoiseResult blind_result = evaluate(options, {}).front();
  ck_assert(given_result.mean[0].psnr == blind_result.mean[0].psnr);
  ck_assert(given_result.mean[1].psnr != blind_result.mean[1].psnr);
}
END_TEST

START_TEST(test_exit_codes) {
  const TempFolder folder;
  save_tiny_model(folder / "zero.safetensors");
  const std::string model = (folder / "zero.safetensors").string();
  cv::imwrite((folder / "data/a.png").string(), test_picture(16, 16));
  std::filesystem::create_directory(folder / "empty");
  const std::string data = (folder / "data").string();

  const Run help = run_eval({"--help"});
  ck_assert_int_eq(help.code, 0);
  ck_assert(help.out.find("Examples:") != std::string::npos);
  ck_assert_str_eq(help.err.c_str(), "");

  const std::vector<std::vector<std::string>> bad_usage = {
      {},
      {"--model", model},
      {"--data", data},
      {"--model", model, "--data", data, "--nonsense"},
      {"--model", model, "--data", data, "--noise", "gauss:25"},
      {"--model", model, "--data", data, "--noise", "gaussian:"},
      {"--model", model, "--data", data, "--noise", "gaussian:25x"},
      {"--model", model, "--data", data, "--noise", "gaussian:-1"},
      {"--model", model, "--data", data, "--noise", "gaussian:nan"},
      {"--model", model, "--data", data, "--noise", "gaussian:1e9"},
      {"--model", model, "--data", data, "--noise-level", "maybe"},
      {"--model", model, "--data", data, "--format", "I999"},
      {"--model", model, "--data", data, "--kind", "tapes"},
      {"--model", model, "--data", data, "--sharpen", "5"},
      {"--model", model, "--data", data, "--baseline", "magic"},
      {"--model", model, "--data", data, "--tune-data", data},
      {"--model", model, "--data", data, "--csv", "/nonexistent/folder/r.csv"},
  };
  for (const auto& arguments : bad_usage) {
    const Run run = run_eval(arguments);
    ck_assert_msg(run.code == 2, "%s: %d", arguments.empty() ? "" : arguments.back().c_str(),
                  run.code);
    ck_assert_str_eq(run.out.c_str(), "");
    ck_assert_str_ne(run.err.c_str(), "");
  }
  const std::vector<std::vector<std::string>> failures = {
      {"--model", "no-such-model", "--data", data},
      {"--model", model, "--data", (folder / "absent").string()},
      {"--model", model, "--data", (folder / "empty").string()},
      {"--model", data + "/a.png", "--data", data},
      {"--model", model, "--data", data, "--kind", "idx"},
  };
  for (const auto& arguments : failures) {
    const Run run = run_eval(arguments);
    ck_assert_msg(run.code == 1, "%s: %d", arguments[1].c_str(), run.code);
    ck_assert_str_eq(run.out.c_str(), "");
    ck_assert_str_ne(run.err.c_str(), "");
  }
}
END_TEST

int main() {
  return run_suite("evaluate", {
                                   test_frames_of_every_format_keep_the_picture,
                                   test_measure_agrees_with_the_definition,
                                   test_planes_and_frames_give_the_same_result,
                                   test_planes_of_rgb_are_refused,
                                   test_unclipped_noise_has_its_psnr,
                                   test_clips_are_averaged_by_frame_then_by_clip,
                                   test_every_baseline_removes_noise,
                                   test_tuning_chooses_the_best_parameter,
                                   test_csv_and_figure_hold_every_method,
                                   test_models_of_fixed_size_get_pictures_of_that_size,
                                   test_blind_levels_come_from_the_frame,
                                   test_exit_codes,
                               });
}
