// SPDX-License-Identifier: LGPL-2.1-or-later
// The options of denoiseae-eval do what --help says.
#include <denoiseae/noise.h>

#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "support/check.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"
#include "training/dataset_files.h"
#include "training/eval_program.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// FER-2013 with faces to train and to test; names tell the part.
std::filesystem::path write_faces(const TempFolder& folder) {
  for (int i = 0; i < 3; ++i) {
    const std::string name = std::to_string(i) + ".png";
    write_picture(folder / ("fer/train/disgust/train" + name), waves(60, i));
    write_picture(folder / ("fer/test/disgust/test" + name), waves(4, i));
  }
  write_picture(folder / "fer/train/sad/train3.png", waves(60, 3));
  write_picture(folder / "fer/test/sad/test3.png", waves(4, 3));
  return folder / "fer";
}

/// The parameter that was chosen for the filter gaussian.
double chosen_sigma(const std::string& messages) {
  const std::string text = "gaussian is best with parameter ";
  const std::size_t at = messages.find(text);
  ck_assert_msg(at != std::string::npos, "no parameter in: %s", messages.c_str());
  return std::stod(messages.substr(at + text.size()));
}

}  // namespace

START_TEST(test_part_and_class_choose_the_pictures) {
  const TempFolder folder;
  const std::vector<std::string> arguments = {
      "--baseline", "gaussian", "--kind", "fer2013", "--data", write_faces(folder).string()};
  const auto run = [&](const std::vector<std::string>& more) {
    return eval_ok(arguments, more).out;
  };
  const std::string test = run({});
  ck_assert_int_eq(count_of(test, ".png"), 3);
  ck_assert(holds(test, "disgust/test0.png") && holds(test, "disgust/test2.png"));
  ck_assert(run({"--part", "test"}) == test);
  const std::string train = run({"--part", "train"});
  ck_assert_int_eq(count_of(train, ".png"), 3);
  ck_assert(holds(train, "disgust/train0.png"));
  const std::string sad = run({"--class", "sad"});
  ck_assert_int_eq(count_of(sad, ".png"), 1);
  ck_assert(holds(sad, "sad/test3.png"));
  ck_assert_int_eq(count_of(run({"--class", "all"}), ".png"), 4);
  const Run bad = run_eval({"--baseline", "gaussian", "--kind", "fer2013", "--data",
                            (folder / "fer").string(), "--class", "joy"});
  ck_assert_int_eq(bad.code, 1);
  ck_assert(holds(bad.err, "surprise"));
}
END_TEST

START_TEST(test_mnist_is_measured_on_its_test_part) {
  const TempFolder folder;
  write_gzip(folder / "t10k-images-idx3-ubyte.gz", idx_bytes(10000, 28, 28));
  const Run run = eval_ok({"--baseline", "median", "--kind", "mnist", "--data",
                           folder.path().string(), "--noise", "coefficient:0.5", "--limit", "3"});
  for (const char* name : {"0", "1", "2", "mean"})
    ck_assert_uint_eq(row_of(run.out, name).size(), 4);
}
END_TEST

START_TEST(test_size_reduces_pictures_by_area) {
  const TempFolder folder;
  // Blocks of 3x3 whose means are whole: the small picture is known exactly.
  cv::Mat small(17, 17, CV_8UC1);
  cv::Mat big(51, 51, CV_8UC1);
  for (int y = 0; y < 51; ++y)
    for (int x = 0; x < 51; ++x) {
      const int mean = 60 + 5 * (x / 3) + 2 * (y / 3);
      small.at<std::uint8_t>(y / 3, x / 3) = static_cast<std::uint8_t>(mean);
      big.at<std::uint8_t>(y, x) =
          static_cast<std::uint8_t>(mean + 20 * (x % 3 - 1) + 30 * (y % 3 - 1));
    }
  cv::Mat color;
  cv::cvtColor(big, color, cv::COLOR_GRAY2BGR);
  write_picture(folder / "big/a.png", color);
  write_picture(folder / "small/a.png", small);
  const auto run = [&](const char* data, const std::vector<std::string>& more) {
    return eval_ok({"--baseline", "gaussian", "--data", (folder / data).string()}, more).out;
  };
  const std::string reduced = run("big", {"--size", "17"});
  const std::string same = run("small", {});
  ck_assert_str_eq(reduced.c_str(), same.c_str());
  ck_assert(holds(reduced, "GRAY8") && holds(run("big", {}), "BGR"));
}
END_TEST

START_TEST(test_filters_are_tuned_on_the_part_and_number_asked_for) {
  const TempFolder folder;
  const std::string faces = write_faces(folder).string();
  const auto run = [&](const std::vector<std::string>& more) {
    return eval_ok({"--baseline", "gaussian", "--kind", "fer2013", "--data", faces}, more);
  };
  ck_assert_str_eq(run({}).err.c_str(), "");
  // Long waves to train want a wide filter, the short ones to test a narrow one.
  const Run tuned = run({"--tune-data", faces});
  ck_assert_double_eq(chosen_sigma(tuned.err), 1.7);
  ck_assert(holds(tuned.err, "gaussian:25"));
  ck_assert_double_lt(chosen_sigma(run({"--tune-data", faces, "--tune-part", "test"}).err), 1);

  // A folder of pictures of both kinds gives the first alone or all of them.
  write_picture(folder / "mixed/0.png", waves(60, 0));
  for (int i = 1; i < 4; ++i)
    write_picture(folder / ("mixed/" + std::to_string(i) + ".png"), waves(4, i));
  const std::string mixed = (folder / "mixed").string();
  const auto sigma_of = [&](const std::vector<std::string>& more) {
    return chosen_sigma(
        eval_ok({"--baseline", "gaussian", "--data", mixed, "--tune-data", mixed}, more).err);
  };
  ck_assert_double_eq(sigma_of({"--tune-limit", "1"}), 1.7);
  ck_assert_double_lt(sigma_of({}), 1);
  ck_assert_double_lt(sigma_of({"--tune-limit", "0"}), 1);

  // The limit counts frames where there are clips.
  write_picture(folder / "clips/a/00.png", waves(60, 0));
  write_picture(folder / "clips/a/01.png", waves(4, 1));
  write_picture(folder / "clips/a/02.png", waves(4, 2));
  const std::string clips = (folder / "clips").string();
  const Run of_clip = eval_ok(
      {"--baseline", "gaussian", "--data", mixed, "--tune-data", clips, "--tune-limit", "1"});
  ck_assert_double_eq(chosen_sigma(of_clip.err), 1.7);
}
END_TEST

START_TEST(test_noise_all_is_every_model_at_its_default_level) {
  const TempFolder folder;
  write_picture(folder / "data/a.png", waves(20, 0));
  const Run run = eval_ok({"--baseline", "gaussian", "--data", (folder / "data").string(),
                           "--noise", "all", "--noise", "gaussian:7"});
  for (const NoiseModelInfo& info : noise_models()) {
    std::ostringstream title;
    title << "noise " << info.name << ":" << info.default_level << ",";
    ck_assert_msg(count_of(run.out, title.str()) == 1, "%s", title.str().c_str());
  }
  ck_assert_int_eq(count_of(run.out, "noise gaussian:7,"), 1);
  ck_assert_int_eq(count_of(run.out, "a.png"), static_cast<int>(noise_models().size()) + 1);
}
END_TEST

START_TEST(test_sharpening_without_an_amount_is_the_paper_s) {
  const TempFolder folder;
  save_tiny_model(folder / "zero.safetensors");
  write_picture(folder / "data/a.png", waves(20, 0));
  const auto run = [&](const std::vector<std::string>& more) {
    const Run result = eval_ok(
        {"--model", (folder / "zero.safetensors").string(), "--data", (folder / "data").string()},
        more);
    return row_of(result.out, "mean");
  };
  const std::vector<double> plain = run({"--sharpen"});
  ck_assert(plain == run({"--sharpen", "1"}));
  ck_assert(plain != run({"--sharpen", "0.5"}));
  // It amplifies the noise, which a network of zeros leaves in.
  ck_assert_double_lt(plain[4], plain[2] - 5);
}
END_TEST

START_TEST(test_models_of_fixed_size_get_pictures_of_that_size) {
  const TempFolder folder;
  save_fixed_size_model(folder / "fixed.safetensors");
  cv::imwrite((folder / "data/a.png").string(), test_picture(64, 48));
  for (const char* way : {"--gray", "--clip"}) {
    const Run run = eval_ok({"--model", (folder / "fixed.safetensors").string(), "--data",
                             (folder / "data").string(), way});
    ck_assert_uint_eq(row_of(run.out, "a.png").size(), 4);
  }
}
END_TEST

START_TEST(test_range_leaves_noise_room_above_white) {
  const TempFolder folder;
  write_picture(folder / "data/a.png", cv::Mat(48, 64, CV_8UC1, cv::Scalar(255)));
  const auto noisy_psnr = [&](const char* range) {
    return row_of(eval_ok({"--baseline", "median", "--data", (folder / "data").string(), "--clip",
                           "--noise", "gaussian:5", "--range", range})
                      .out,
                  "mean")[0];
  };
  // White is code 235 in the limited range; of codes above 255 half of the noise is clipped.
  const double whole = -20 * std::log10(5.0 / 255);
  ck_assert_double_eq_tol(noisy_psnr("limited"), whole, 0.3);
  ck_assert_double_gt(noisy_psnr("full"), whole + 2);
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
      {"--model", model, "--data", data, "--range", "narrow"},
      {"--model", model, "--data", data, "--kind", "tapes"},
      {"--model", model, "--data", data, "--sharpen", "5"},
      {"--model", model, "--data", data, "--baseline", "magic"},
      {"--model", model, "--data", data, "--tune-data", data},
      {"--baseline", "median", "--data", data, "--tune-part", "train"},
      {"--baseline", "median", "--data", data, "--tune-limit", "5"},
      {"--baseline", "median", "--data", data, "--tune-data", data, "--tune-part", "all"},
      {"--baseline", "median", "--data", data, "--tune-data", data, "--tune-limit", "-5"},
      {"--model", model, "--data", data, "--limit", "-5"},
      {"--model", model, "--data", data, "--figure-columns", "3"},
      {"--model", model, "--data", data, "--figure", data + "/f.png", "--figure-columns", "0"},
      {"--model", model, "--data", data, "--noise", "all:3"},
      {"--model", model, "--data", data, "--part", "validation"},
      {"--model", model, "--data", data, "--size", "0"},
      {"--model", model, "--data", data, "--size", "9999"},
      {"--model", model, "--data", data, "--csv", data + "/absent/r.csv"},
      {"--model", model, "--data", data, "--per-frame"},
      {"--model", model, "--data", data, "--noise", "all", "--write-frames", data},
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
      {"--model", model, "--data", data, "--class", "disgust"},
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
  return run_suite("eval_program", {
                                       test_part_and_class_choose_the_pictures,
                                       test_mnist_is_measured_on_its_test_part,
                                       test_size_reduces_pictures_by_area,
                                       test_filters_are_tuned_on_the_part_and_number_asked_for,
                                       test_noise_all_is_every_model_at_its_default_level,
                                       test_sharpening_without_an_amount_is_the_paper_s,
                                       test_models_of_fixed_size_get_pictures_of_that_size,
                                       test_range_leaves_noise_room_above_white,
                                       test_exit_codes,
                                   });
}
