// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests the denoiser with a network whose gate is open and whose U-Net removes nothing. It returns
// the running mean of the stream along its motion.
#include <denoiseae/denoiser.h>
#include <denoiseae/metrics.h>
#include <denoiseae/noise.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "support/check.h"
#include "support/frames.h"
#include "support/scenes.h"
#include "support/temp_folder.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 160;
constexpr int kHeight = 96;
constexpr double kSigma = 15;
constexpr int kFrames = 20;

std::shared_ptr<const Model> averaging_model() {
  const TempFolder folder;
  save_averaging_model(folder / "m.safetensors");
  return load_model((folder / "m.safetensors").string());
}

/// Makes a frame of a textured picture that moves to the left by pan pixels per frame.
Frame clean_frame(int number, int pan, PixelFormat format = PixelFormat::gray8) {
  static const TexturedCanvas canvas(kWidth + 12 * kFrames, kHeight, 4);
  const LumaPlane picture = canvas.crop(number * pan, 0, kWidth, kHeight);
  Frame frame(format, kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      set_sample(frame.view(), 0, x, y, deepened(format_info(format), picture.at(x, y)));
  return frame;
}

/// Denoises a stream and returns the PSNR of each frame.
std::vector<double> run(Denoiser& denoiser, int pan, const DenoiseSettings& settings,
                        int first_frame = 0, PixelFormat format = PixelFormat::gray8) {
  std::vector<double> result;
  for (int i = first_frame; i < kFrames; ++i) {
    const Frame clean = clean_frame(i, pan, format);
    Frame noisy = clean_frame(i, pan, format);
    add_noise(noisy.view(), noisy.view(), NoiseModel::gaussian, kSigma, 1, i);
    denoiser.process(noisy.view(), noisy.view(), settings);
    result.push_back(psnr(clean.view(), noisy.view()));
  }
  return result;
}

Denoiser make_denoiser(PixelFormat format = PixelFormat::gray8) {
  Denoiser denoiser;
  denoiser.load(averaging_model());
  denoiser.configure(format, kWidth, kHeight);
  return denoiser;
}

DenoiseSettings given_level() {
  DenoiseSettings settings;
  settings.noise_level = kSigma;
  return settings;
}

enum class Where { in_place, elsewhere };

/// Denoises a stream that pans by parts of pixels, so that new parts of the picture come into view.
/// The level is estimated.
std::vector<Frame> run_threads(PixelFormat format, unsigned threads, Where where = Where::elsewhere,
                               int width = kWidth) {
  constexpr int kRows = 420;
  Denoiser denoiser;
  denoiser.load(averaging_model());
  EngineOptions options;
  options.engine = EngineKind::native;
  options.threads = threads;
  denoiser.configure(format, width, kRows, options);
  ck_assert_uint_eq(denoiser.info().threads, threads);
  const TexturedCanvas canvas(2 * width + 64, 2 * kRows + 64, 4);
  std::vector<Frame> result;
  for (int i = 0; i < 4; ++i) {
    const LumaPlane picture = shrunk(canvas.crop(7 * i, 5 * i, 2 * width, 2 * kRows), 2);
    Frame noisy(format, width, kRows);
    const FrameView view = noisy.view();
    fill_random(view, 1);
    for (int y = 0; y < kRows; ++y)
      for (int x = 0; x < width; ++x)
        set_sample(view, 0, x, y, deepened(format_info(format), picture.at(x, y)));
    add_noise(view, view, NoiseModel::gaussian, kSigma, 1, i);
    Frame frame = noisy;
    denoiser.process(where == Where::in_place ? frame.view() : view, frame.view(), {});
    result.push_back(std::move(frame));
  }
  return result;
}

}  // namespace

START_TEST(test_what_stands_still_is_averaged) {
  Denoiser denoiser = make_denoiser();
  const std::vector<double> quality = run(denoiser, 0, given_level());
  ck_assert_double_eq_tol(quality[0], 24.6, 0.3);
  // The mean of n frames has 10 log10(n) dB less noise.
  ck_assert_double_eq_tol(quality[9] - quality[0], 10, 0.6);
  // Following small changes of brightness costs up to a decibel by then.
  ck_assert_double_eq_tol(quality[19] - quality[0], 13, 1);
  ck_assert_double_eq_tol(denoiser.history(), kFrames, 0.01 * kFrames);
}
END_TEST

START_TEST(test_pans_are_followed) {
  for (const int pan : {1, 2, 5, 12}) {
    Denoiser denoiser = make_denoiser();
    const std::vector<double> quality = run(denoiser, pan, given_level());
    ck_assert_msg(quality[19] > quality[0] + 5, "%d pixels per frame: %g after %g dB", pan,
                  quality[19], quality[0]);
  }
}
END_TEST

START_TEST(test_deeper_samples_are_followed_alike) {
  for (const int pan : {0, 5}) {
    Denoiser bytes = make_denoiser();
    const double wanted = run(bytes, pan, given_level())[19];
    for (const PixelFormat format :
         {PixelFormat::gray16_le, PixelFormat::p010_10le, PixelFormat::y444_10le}) {
      Denoiser denoiser = make_denoiser(format);
      const double quality = run(denoiser, pan, given_level(), 0, format)[19];
      ck_assert_msg(std::abs(quality - wanted) < 0.3, "%s: %g, with 8 bits %g dB",
                    format_info(format).name.data(), quality, wanted);
    }
  }
}
END_TEST

START_TEST(test_a_cut_forgets) {
  for (const bool blind : {false, true}) {
    Denoiser denoiser = make_denoiser();
    DenoiseSettings settings = given_level();
    if (blind) settings.noise_level = -1;
    run(denoiser, 0, settings);
    // The search does not reach this part of the canvas.
    const std::vector<double> quality = run(denoiser, 12, settings, kFrames - 1);
    ck_assert_double_eq_tol(quality[0], 24.6, 0.3);
    ck_assert_double_eq_tol(denoiser.history(), 1, 1e-3);
  }
}
END_TEST

START_TEST(test_without_temporal_each_frame_stands_alone) {
  Denoiser denoiser = make_denoiser();
  DenoiseSettings settings = given_level();
  settings.temporal = false;
  for (const double quality : run(denoiser, 0, settings))
    ck_assert_double_eq_tol(quality, 24.6, 0.3);
  ck_assert_double_eq_tol(denoiser.history(), 1, 1e-3);
  // No state was kept for the next frame, which asks for it again.
  ck_assert_double_eq_tol(run(denoiser, 0, given_level(), kFrames - 1)[0], 24.6, 0.3);
}
END_TEST

START_TEST(test_reset_and_pause_forget) {
  Denoiser denoiser = make_denoiser();
  const std::vector<double> first = run(denoiser, 0, given_level());
  denoiser.reset();
  ck_assert_double_eq(denoiser.history(), 1);
  const std::vector<double> again = run(denoiser, 0, given_level());
  ck_assert(first == again);
  DenoiseSettings off = given_level();
  off.strength = 0;
  run(denoiser, 0, off, kFrames - 1);
  ck_assert(run(denoiser, 0, given_level()) == first);
}
END_TEST

START_TEST(test_threads_change_no_bit) {
  for (const PixelFormat format :
       {PixelFormat::i420, PixelFormat::nv12, PixelFormat::gray8, PixelFormat::nv21,
        PixelFormat::rgb, PixelFormat::p010_10le, PixelFormat::y444_10le}) {
    const std::vector<Frame> one = run_threads(format, 1), three = run_threads(format, 3);
    for (std::size_t i = 0; i < one.size(); ++i)
      ck_assert_msg(same_pixels(one[i].view(), three[i].view()), "%s, frame %zu",
                    describe(one[i].view()).c_str(), i);
  }
}
END_TEST

// One thread writes rows that another one still reads.
START_TEST(test_frames_may_be_denoised_in_place) {
  for (const PixelFormat format :
       {PixelFormat::i420, PixelFormat::nv12, PixelFormat::rgb, PixelFormat::p010_10le}) {
    const std::vector<Frame> here = run_threads(format, 3, Where::in_place);
    const std::vector<Frame> there = run_threads(format, 3, Where::elsewhere);
    for (std::size_t i = 0; i < here.size(); ++i)
      ck_assert_msg(same_pixels(here[i].view(), there[i].view()), "%s, frame %zu",
                    describe(here[i].view()).c_str(), i);
  }
}
END_TEST

int main() {
  return run_suite("denoiser_state",
                   {test_what_stands_still_is_averaged, test_pans_are_followed,
                    test_deeper_samples_are_followed_alike, test_a_cut_forgets,
                    test_without_temporal_each_frame_stands_alone, test_reset_and_pause_forget,
                    test_threads_change_no_bit, test_frames_may_be_denoised_in_place});
}
