// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of a comparison: pictures as samples, models, classic filters.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "evaluate/evaluate.h"
#include "evaluate/methods.h"
#include "frame/pack.h"
#include "model/manifest.h"
#include "noise/estimation/estimate.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"
#include "training/eval_program.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const nlohmann::json kSmallUnet = {{"widths", {8, 8}}, {"encoder", {1, 1}}, {"decoder", {1}}};

/// A model that does something to every sample: small random weights.
std::filesystem::path save_random_model(const TempFolder& folder) {
  const Architecture& architecture = find_architecture("unet");
  const Graph graph = architecture.build(kSmallUnet);
  std::mt19937 random(3);
  std::map<std::string, Tensor> tensors = zero_tensors(graph);
  // In the order of the graph.
  for (const Parameter& parameter : graph.parameters())
    for (float& value : tensors[parameter.name].values)
      value = static_cast<float>(random() % 2001) / 10000 - 0.1f;
  const auto path = folder / "random.safetensors";
  save_model(path, make_manifest(architecture, kSmallUnet), std::move(tensors));
  return path;
}

NoisyPicture noisy_picture(const cv::Mat& picture, PixelFormat format, double sigma) {
  NoisyPicture noisy;
  noisy.samples = to_samples(frame_of_picture(picture, format).view());
  add_noise(noisy.samples, NoiseModel::gaussian, sigma, 1, 0);
  noisy.frame = to_frame(noisy.samples);
  noisy.sigma_8bit = sigma;
  return noisy;
}

}  // namespace

START_TEST(test_frames_of_every_format_keep_the_picture) {
  const cv::Mat picture = test_picture(21, 13);
  cv::Mat gray;
  cv::cvtColor(picture, gray, cv::COLOR_BGR2GRAY);
  for (const FormatInfo& info : direct_formats()) {
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

START_TEST(test_limited_range_is_that_of_video) {
  // Black, white, and the primary colours of ITU-R BT.601-7 in 8 bits, by its clause 2.5.
  const struct {
    cv::Scalar bgr;
    std::array<int, 3> codes;
  } colours[] = {{{0, 0, 0}, {16, 128, 128}},
                 {{255, 255, 255}, {235, 128, 128}},
                 {{0, 0, 255}, {81, 90, 240}},
                 {{0, 255, 0}, {145, 54, 34}},
                 {{255, 0, 0}, {41, 240, 110}}};
  for (const auto& [bgr, codes] : colours) {
    const cv::Mat picture(4, 6, CV_8UC3, bgr);
    for (const FormatInfo& info : direct_formats()) {
      const Frame frame = frame_of_picture(picture, info.format, CodeRange::limited);
      const ConstFrameView view = frame.view();
      if (info.family != ColorFamily::rgb) {
        for (int c = 0; c < info.component_count; ++c) {
          const auto i = static_cast<std::size_t>(c);
          const float code = 255 * to_samples(view).component[i].front();
          ck_assert_float_le(std::abs(code - static_cast<float>(codes[i])), 1.001f);
        }
      }
      const cv::Mat back = picture_of_frame(view, CodeRange::limited);
      cv::Mat wanted = picture;
      if (info.family == ColorFamily::gray) cv::cvtColor(picture, wanted, cv::COLOR_BGR2GRAY);
      ck_assert_double_le(cv::norm(back, wanted, cv::NORM_INF), 2);
    }
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

START_TEST(test_chroma_is_measured_of_both_differences) {
  const NoisyPicture noisy = noisy_picture(test_picture(40, 30), PixelFormat::y42b, 20);
  Samples clean = to_samples(frame_of_picture(test_picture(40, 30), PixelFormat::y42b).view());
  clean.component[0] = noisy.samples.component[0];
  double squares = 0;
  for (int c = 1; c < 3; ++c) {
    ck_assert_uint_eq(clean.component[c].size(), 600);
    for (std::size_t i = 0; i < 600; ++i)
      squares += std::pow(clean.component[c][i] - noisy.samples.component[c][i], 2);
  }
  ck_assert_double_eq_tol(measure_chroma(clean, noisy.samples).psnr,
                          -10 * std::log10(squares / 1200), 1e-4);
  ck_assert_double_eq_tol(measure_chroma(clean, clean).ssim, 1, 1e-6);
  const Samples rgb = to_samples(frame_of_picture(test_picture(40, 30), PixelFormat::bgr).view());
  DAE_ASSERT_ERROR(measure_chroma(rgb, rgb), unsupported_format);
}
END_TEST

START_TEST(test_planes_and_frames_give_the_same_result) {
  const TempFolder folder;
  // Both pack the same values but for the last bit, which in bfloat16 is most of a code.
  const ModelRun run{load_model(save_random_model(folder).string()),
                     "random",
                     false,
                     {EngineKind::automatic, Precision::float32}};
  const auto planes = make_sample_model(run);
  const auto frames = make_frame_model(run);
  for (const FormatInfo& info : direct_formats()) {
    if (!network_sees_all_samples(info)) continue;
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
  const auto planes = make_sample_model({load_model(save_random_model(folder).string()), "r"});
  const NoisyPicture noisy = noisy_picture(test_picture(16, 16), PixelFormat::bgr, 15);
  DAE_ASSERT_ERROR(planes->denoise(noisy), unsupported_format);
}
END_TEST

namespace {

/// LibTorch chooses its loops by the size of the batch, so the last bits may differ.
bool alike(const Samples& a, const Samples& b) {
  for (std::size_t c = 0; c < a.component.size(); ++c) {
    if (a.component[c].size() != b.component[c].size()) return false;
    for (std::size_t i = 0; i < a.component[c].size(); ++i)
      if (!(std::abs(a.component[c][i] - b.component[c][i]) < 1e-5)) return false;
  }
  return true;
}

}  // namespace

START_TEST(test_pictures_together_give_what_each_gives) {
  const TempFolder folder;
  const auto model = load_model(save_random_model(folder).string());
  save_fixed_size_model(folder / "fixed.safetensors");
  const auto fixed = load_model((folder / "fixed.safetensors").string());
  const EngineOptions one_thread{.threads = 1};
  // Photographs and a clip of two, whose noise grows: what a blind model remembers shows.
  const auto noisy_pictures = [](int width, int height) {
    std::vector<NoisyPicture> pictures;
    for (int i = 0; i < 5; ++i) {
      pictures.push_back(
          noisy_picture(test_picture(width, height, i), PixelFormat::gray8, 5 + 10 * i));
      pictures.back().starts_clip = i != 3;
    }
    return pictures;
  };
  using Make = std::function<std::unique_ptr<Method>()>;
  const std::vector<Make> makers = {
      [&] {
        return make_sample_model({model, "planes", true, one_thread});
      },
      [&] {
        return make_sample_model({model, "planes", false, one_thread});
      },
      [&] {
        return make_frame_model({model, "frames", true, one_thread});
      },
      [&] {
        return make_sample_model({fixed, "fixed", false, one_thread});
      },
      [&] { return make_baseline(find_baseline("median"), 3); },
  };
  for (const Make& make : makers) {
    const bool is_fixed = make()->name() == "fixed";
    const std::vector<NoisyPicture> pictures =
        is_fixed ? noisy_pictures(32, 16) : noisy_pictures(48, 33);
    const auto together = make();
    const auto alone = make();
    const std::vector<Samples> all = together->denoise_all(pictures);
    ck_assert_uint_eq(all.size(), pictures.size());
    for (std::size_t i = 0; i < pictures.size(); ++i)
      ck_assert_msg(alike(all[i], alone->denoise(pictures[i])), "%s, picture %zu",
                    alone->name().c_str(), i);
    // A smaller chunk afterwards, and a picture that starts a clip: nothing is left from before.
    const std::vector<Samples> two = together->denoise_all(std::span(pictures).subspan(1, 2));
    ck_assert_uint_eq(two.size(), 2);
    ck_assert(alike(two[0], all[1]) && alike(two[1], all[2]));
    ck_assert(together->denoise_all({}).empty());
  }
  // The frame that goes on with a clip depends on the one before.
  const auto blind = make_sample_model({model, "planes", true, one_thread});
  const std::vector<NoisyPicture> pictures = noisy_pictures(48, 33);
  NoisyPicture restarted = pictures[3];
  restarted.starts_clip = true;
  ck_assert(blind->denoise(restarted).component != makers[0]()->denoise_all(pictures)[3].component);
}
END_TEST

START_TEST(test_planes_forget_the_colour_of_another_format) {
  const TempFolder folder;
  const auto model = load_model(save_random_model(folder).string());
  const EngineOptions one_thread{.threads = 1};
  const auto used = make_sample_model({model, "used", false, one_thread});
  const auto fresh = make_sample_model({model, "fresh", false, one_thread});
  used->denoise(noisy_picture(test_picture(32, 16), PixelFormat::i420, 20));
  const NoisyPicture gray = noisy_picture(test_picture(32, 16), PixelFormat::gray8, 20);
  ck_assert(used->denoise(gray).component == fresh->denoise(gray).component);
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

START_TEST(test_blind_levels_come_from_the_frame) {
  const TempFolder folder;
  const auto model = load_model(save_random_model(folder).string());
  const NoisyPicture noisy = noisy_picture(test_picture(128, 96), PixelFormat::gray8, 25);
  NoisyPicture told = noisy;
  told.sigma_8bit = estimate_noise_level(noisy.frame.view());
  for (const auto make : {make_sample_model, make_frame_model}) {
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

START_TEST(test_noise_above_what_a_denoiser_is_told_is_no_error) {
  const TempFolder folder;
  const auto model = load_model(save_random_model(folder).string());
  NoisyPicture noisy = noisy_picture(test_picture(32, 16, 1), PixelFormat::gray8, 100);
  noisy.sigma_8bit = 127.5;  // coefficient:0.5
  const auto method = make_frame_model({model, "frames", false, EngineOptions{.threads = 1}});
  ck_assert_int_eq(method->denoise(noisy).width, 32);
}
END_TEST

int main() {
  return run_suite("methods", {
                                  test_frames_of_every_format_keep_the_picture,
                                  test_limited_range_is_that_of_video,
                                  test_measure_agrees_with_the_definition,
                                  test_chroma_is_measured_of_both_differences,
                                  test_planes_and_frames_give_the_same_result,
                                  test_planes_of_rgb_are_refused,
                                  test_pictures_together_give_what_each_gives,
                                  test_planes_forget_the_colour_of_another_format,
                                  test_every_baseline_removes_noise,
                                  test_blind_levels_come_from_the_frame,
                                  test_noise_above_what_a_denoiser_is_told_is_no_error,
                              });
}
