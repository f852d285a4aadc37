// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "frame/samples.h"
#include "motion/motion_search.h"
#include "noise/estimation/estimate.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/scenes.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 640, kHeight = 360;
constexpr int kFrames = 10;
constexpr double kLevels[] = {3, 10, 25, 50};

ConstFrameView view_of(const LumaPlane& plane) {
  return {PixelFormat::gray8, plane.width, plane.height, {plane.samples.data()}, {plane.width}};
}

LumaPlane noisy(LumaPlane plane, NoiseModel model, double level, int index) {
  const FrameView view{
      PixelFormat::gray8, plane.width, plane.height, {plane.samples.data()}, {plane.width}};
  add_noise(view, view, model, level, 7, static_cast<std::uint64_t>(index));
  return plane;
}

// Makes texture down to single pixels, which the estimate from one frame takes for noise of
// level 8.
LumaPlane fabric(int width, int height, std::uint32_t seed) {
  return with_noise(TexturedCanvas(width, height, seed).crop(0, 0, width, height), 8, seed + 1000);
}

// Adds noise of level 30 to the first columns of blocks, and of level 10 to the others.
LumaPlane noisier_at_left(const LumaPlane& clean, int columns, int index) {
  LumaPlane frame = noisy(clean, NoiseModel::gaussian, 10, index);
  const LumaPlane more = noisy(clean, NoiseModel::gaussian, 30, index);
  for (int y = 0; y < kHeight; ++y)
    std::copy_n(&more.samples[static_cast<std::size_t>(y * kWidth)], columns * MotionField::kBlock,
                &frame.at(0, y));
  return frame;
}

LumaPlane part_of(const LumaPlane& plane, int x) {
  LumaPlane out(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    std::copy_n(&plane.samples[static_cast<std::size_t>(y * plane.width + x)], kWidth,
                &out.samples[static_cast<std::size_t>(y * kWidth)]);
  return out;
}

void check_level(double estimate, double level, const char* what) {
  ck_assert_msg(std::abs(estimate - level) <= std::max(1.0, 0.1 * level),
                "%s: noise of level %g is estimated as %g", what, level, estimate);
}

/// An estimator that keeps the luma of the frame before.
class EstimatedStream : public NoiseEstimator {
 public:
  double update(const ConstFrameView& frame, const MotionField* motion = nullptr,
                ThreadPool* pool = nullptr) {
    const auto width = static_cast<std::size_t>(frame.width);
    LumaView previous;
    if (!previous_.empty()) previous = {previous_.data(), frame.width};
    NoiseEstimator::update(frame, previous, motion, pool);
    previous_.resize(width * static_cast<std::size_t>(frame.height));
    for (int y = 0; y < frame.height; ++y)
      load_8bit_codes(frame, noise_component(frame.format), 0, y,
                      std::span(previous_).subspan(static_cast<std::size_t>(y) * width, width));
    return level();
  }
  void reset() {
    NoiseEstimator::reset();
    previous_.clear();
  }

 private:
  std::vector<std::uint8_t> previous_;
};

// Checks the level after kFrames frames of a scene, which is a function of the number of the frame.
void check_scene(const std::function<LumaPlane(int)>& scene, double level, const char* what,
                 const MotionField* motion = nullptr) {
  EstimatedStream estimator;
  for (int i = 0; i < kFrames; ++i)
    estimator.update(view_of(noisy(scene(i), NoiseModel::gaussian, level, i)), motion);
  check_level(estimator.level(), level, what);
}

}  // namespace

START_TEST(test_texture_that_stands_still_is_no_noise) {
  const LumaPlane clean = fabric(kWidth, kHeight, 1);
  ck_assert_double_gt(estimate_noise_level(view_of(clean)), 7);
  for (double level : kLevels) check_scene([&](int) { return clean; }, level, "static");
}
END_TEST

START_TEST(test_second_frame_replaces_the_first_estimate) {
  const LumaPlane clean = fabric(kWidth, kHeight, 1);
  EstimatedStream estimator;
  const LumaPlane first = noisy(clean, NoiseModel::gaussian, 3, 0);
  ck_assert_double_eq(estimator.update(view_of(first)), estimate_noise_level(view_of(first)));
  ck_assert_double_gt(estimator.level(), 7);
  estimator.update(view_of(noisy(clean, NoiseModel::gaussian, 3, 1)));
  ck_assert_double_lt(std::abs(estimator.level() - 3), 0.3);
}
END_TEST

START_TEST(test_correlated_noise_before_what_stands_still) {
  // The picture is textured except for a wall, which shows in single frames that the noise is
  // correlated.
  LumaPlane clean = fabric(kWidth, kHeight, 1);
  std::fill_n(clean.samples.begin(), kWidth * kHeight / 3, std::uint8_t{110});
  for (double level : {3.0, 10.0}) {
    EstimatedStream estimator;
    for (int i = 0; i < kFrames; ++i)
      estimator.update(view_of(with_correlated_noise(clean, level, static_cast<std::uint64_t>(i))));
    ck_assert_msg(std::abs(estimator.level() - level) <= 0.2 * level,
                  "correlated noise of level %g is estimated as %g", level, estimator.level());
  }
}
END_TEST

START_TEST(test_pans_are_compared_along_their_motion) {
  const LumaPlane wide = fabric(kWidth + 3 * kFrames, kHeight, 1);
  MotionField motion(kWidth, kHeight);
  for (MotionVector& v : motion.vectors) v = {3, 0};
  for (double level : kLevels)
    check_scene([&](int i) { return part_of(wide, 3 * i); }, level, "pan", &motion);
}
END_TEST

START_TEST(test_pans_are_compared_along_motion_that_was_found) {
  const LumaPlane wide = fabric(kWidth + 5 * kFrames, kHeight, 1);
  for (double level : {3.0, 10.0, 25.0}) {
    EstimatedStream estimator;
    MotionSearch search(kWidth, kHeight);
    for (int i = 0; i < kFrames; ++i) {
      const LumaPlane frame = noisy(part_of(wide, 5 * i), NoiseModel::gaussian, level, i);
      const LumaPlane reference = part_of(wide, 5 * std::max(i - 1, 0));
      estimator.update(view_of(frame), &search.search(frame.view(), reference.view(), level));
    }
    check_level(estimator.level(), level, "pan");
  }
}
END_TEST

START_TEST(test_unknown_motion_leaves_what_stands_still) {
  const LumaPlane ground = fabric(kWidth, kHeight, 2);
  const LumaPlane moving = fabric(kWidth + 4 * kFrames, kHeight, 3);
  const auto scene = [&](int i) {
    LumaPlane frame = ground;
    const LumaPlane inset = part_of(moving, 4 * i);
    for (int y = 0; y < kHeight; ++y)
      std::copy_n(&inset.samples[static_cast<std::size_t>(y * kWidth + 100)], 440,
                  &frame.samples[static_cast<std::size_t>(y * kWidth + 100)]);
    return frame;
  };
  for (double level : kLevels) check_scene(scene, level, "inset");
}
END_TEST

START_TEST(test_unknown_motion_of_everything_leaves_single_frames) {
  const TexturedCanvas canvas(kWidth + 7 * kFrames, kHeight, 1);
  EstimatedStream estimator;
  double lowest = 255, highest = 0;
  for (int i = 0; i < kFrames; ++i) {
    const LumaPlane frame =
        noisy(canvas.crop(7 * i, 0, kWidth, kHeight), NoiseModel::gaussian, 5, i);
    // Some frames seem to have correlated noise, and the estimate may follow them or not.
    const NoiseMeasurement now = measure_noise(view_of(frame), 0);
    lowest = std::min(lowest, std::sqrt(now.variance));
    highest = std::max(highest, now.level());
    const double level = estimator.update(view_of(frame));
    ck_assert(level >= lowest && level <= highest);
  }
}
END_TEST

/// There are so few still blocks that no brightness has enough of them. The level must not be 0
/// then.
START_TEST(test_few_still_blocks_of_all_brightnesses_leave_single_frames) {
  LumaPlane ramp(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      ramp.samples[static_cast<std::size_t>(y * kWidth + x)] =
          static_cast<std::uint8_t>(40 + x * 176 / kWidth);
  MotionField motion(kWidth, kHeight);
  std::fill(motion.vectors.begin(), motion.vectors.end(), MotionVector{0, 0, 1, 0});
  for (int column = 0; column < motion.columns; ++column)
    motion.vectors[static_cast<std::size_t>(10 * motion.columns + column)] = {};
  for (double level : {10.0, 25.0})
    check_scene([&](int) { return ramp; }, level, "one still row", &motion);
}
END_TEST

START_TEST(test_brightness_of_noise_is_found) {
  // Each third of the picture has another brightness, as far from the ends as clipping demands.
  const TexturedCanvas canvas(kWidth, kHeight, 1);
  LumaPlane clean(kWidth, kHeight);
  for (int part = 0; part < 3; ++part) {
    const LumaPlane band = canvas.crop(0, 0, kWidth, kHeight, 0.3, 50 + 75 * part);
    for (int y = part * 120; y < (part + 1) * 120; ++y)
      for (int x = 0; x < kWidth; ++x) clean.at(x, y) = band.at(x, y);
  }
  for (double level : {5.0, 10.0, 20.0}) {
    EstimatedStream estimator;
    for (int i = 0; i < kFrames; ++i)
      estimator.update(view_of(noisy(clean, NoiseModel::poisson_gaussian, level, i)));
    double squares = 0;
    for (std::uint8_t code : clean.samples) {
      const double expected = level * std::sqrt(code / 255.0 + 0.5);
      squares += expected * expected;
    }
    for (double code : {40.0, 80.0, 128.0, 170.0, 210.0})
      check_level(estimator.curve().level(code), level * std::sqrt(code / 255 + 0.5), "curve");
    ck_assert_double_gt(estimator.curve().slope, 0);
    check_level(estimator.level(), std::sqrt(squares / static_cast<double>(clean.samples.size())),
                "root mean square");
  }
}
END_TEST

START_TEST(test_even_noise_has_a_flat_curve) {
  const LumaPlane clean = TexturedCanvas(kWidth, kHeight, 1).crop(0, 0, kWidth, kHeight);
  for (double level : kLevels) {
    EstimatedStream estimator;
    for (int i = 0; i < kFrames; ++i)
      estimator.update(view_of(noisy(clean, NoiseModel::gaussian, level, i)));
    for (double code : {0.0, 64.0, 128.0, 192.0, 255.0})
      check_level(estimator.curve().level(code), level, "curve");
  }
}
END_TEST

START_TEST(test_clipping_does_not_hide_noise) {
  const TexturedCanvas canvas(kWidth, kHeight, 1);
  for (double mean : {20.0, 35.0, 220.0, 235.0})
    for (double level : {10.0, 25.0, 50.0})
      check_scene([&](int) { return canvas.crop(0, 0, kWidth, kHeight, 0.3, mean); }, level,
                  "clipped");
}
END_TEST

START_TEST(test_cut_restarts) {
  const LumaPlane before = TexturedCanvas(kWidth, kHeight, 1).crop(0, 0, kWidth, kHeight);
  const LumaPlane after = TexturedCanvas(kWidth, kHeight, 2).crop(0, 0, kWidth, kHeight);
  EstimatedStream estimator;
  for (int i = 0; i < kFrames; ++i)
    estimator.update(view_of(noisy(before, NoiseModel::gaussian, 40, i)));
  check_level(estimator.level(), 40, "before");
  const LumaPlane first = noisy(after, NoiseModel::gaussian, 10, 0);
  ck_assert_double_eq(estimator.update(view_of(first)), estimate_noise_level(view_of(first)));
  estimator.update(view_of(noisy(after, NoiseModel::gaussian, 10, 1)));
  check_level(estimator.level(), 10, "after");
}
END_TEST

START_TEST(test_streams_are_smoothed) {
  const LumaPlane clean = TexturedCanvas(kWidth, kHeight, 1).crop(0, 0, kWidth, kHeight);
  EstimatedStream estimator;
  ck_assert_double_lt(estimator.level(), 0);
  int index = 0;
  for (int i = 0; i < 20; ++i)
    estimator.update(view_of(noisy(clean, NoiseModel::gaussian, 5, index++)));
  double last = estimator.level();
  for (int i = 0; i < 60; ++i) {
    const double level = estimator.update(view_of(noisy(clean, NoiseModel::gaussian, 20, index++)));
    ck_assert_double_eq(level, estimator.level());
    if (i == 0) ck_assert_double_lt(level, 10);
    if (i < 15) ck_assert_double_gt(level, last);
    last = level;
  }
  ck_assert_double_lt(std::abs(last - 20), 1);
  estimator.reset();
  ck_assert_double_lt(estimator.level(), 0);
  const LumaPlane frame = noisy(clean, NoiseModel::gaussian, 30, index);
  ck_assert_double_eq(estimator.update(view_of(frame)), estimate_noise_level(view_of(frame)));
}
END_TEST

START_TEST(test_repeated_frames_change_nothing) {
  const LumaPlane clean = TexturedCanvas(kWidth, kHeight, 1).crop(0, 0, kWidth, kHeight);
  EstimatedStream estimator;
  LumaPlane frame = clean;
  for (int i = 0; i < kFrames; ++i) {
    frame = noisy(clean, NoiseModel::gaussian, 8, i);
    estimator.update(view_of(frame));
  }
  const double level = estimator.level();
  for (int i = 0; i < 150; ++i) ck_assert_double_eq(estimator.update(view_of(frame)), level);
}
END_TEST

START_TEST(test_each_format_at_any_size) {
  for (const FormatInfo& info : direct_formats())
    for (const auto& [width, height] : {std::pair{1, 1}, {17, 30}, {18, 18}, {333, 241}}) {
      const LumaPlane clean = TexturedCanvas(width, height, 1).crop(0, 0, width, height);
      EstimatedStream estimator;
      double level = 0;
      for (int i = 0; i < 4; ++i) {
        GuardedFrame frame(info.format, width, height);
        for (int c = 0; c < info.component_count; ++c)
          for (int y = 0; y < info.component_height(c, height); ++y)
            for (int x = 0; x < info.component_width(c, width); ++x)
              set_sample(frame.view(), c, x, y, deepened(info, clean.at(x, y)));
        add_noise(frame.view(), frame.view(), NoiseModel::gaussian, 10, 1,
                  static_cast<std::uint64_t>(i));
        level = estimator.update(frame.view());
        ck_assert(frame.outside_unchanged());
      }
      if (width > 100) check_level(level, 10, describe({info.format, width, height}).c_str());
      if (std::min(width, height) < 18) ck_assert_double_eq(level, 0);
    }
}
END_TEST

START_TEST(test_blocks_between_pixels_are_ignored) {
  constexpr int kColumns = 30;
  const LumaPlane clean = TexturedCanvas(kWidth, kHeight, 1).crop(0, 0, kWidth, kHeight);
  MotionField motion(kWidth, kHeight);
  for (int row = 0; row < motion.rows; ++row)
    for (int column = 0; column < kColumns; ++column) motion.at(column, row).fx = 2;
  EstimatedStream estimator;
  for (int i = 0; i < kFrames; ++i)
    estimator.update(view_of(noisier_at_left(clean, kColumns, i)), &motion);
  check_level(estimator.level(), 10, "noisier between pixels");
}
END_TEST

START_TEST(test_single_frames_that_look_correlated_do_not_count) {
  // All frames but the last one have white noise.
  const LumaPlane wide = TexturedCanvas(kWidth + 40 * kFrames, kHeight, 1)
                             .crop(0, 0, kWidth + 40 * kFrames, kHeight, 0.5);
  EstimatedStream estimator;
  double before = 0;
  for (int i = 0; i < kFrames; ++i) {
    const LumaPlane clean = part_of(wide, 40 * i);
    const bool odd_one = i == kFrames - 1;
    before = estimator.level();
    estimator.update(view_of(odd_one ? with_correlated_noise(clean, 6, 1)
                                     : noisy(clean, NoiseModel::gaussian, 6, i)));
  }
  // Nothing stands still, so the level comes from single frames, which take some texture for noise.
  ck_assert_double_gt(before, 5);
  // The last frame has a weight of a tenth, and its high frequencies are weaker.
  ck_assert_double_lt(estimator.level(), before);
  ck_assert_double_eq(estimator.correlated_part(), 0);
}
END_TEST

START_TEST(test_vectors_beside_those_between_pixels_are_ignored) {
  // Here only every third block of a row moves by parts of a pixel, unlike in the test of blocks
  // between pixels.
  const LumaPlane clean = TexturedCanvas(kWidth, kHeight, 1).crop(0, 0, kWidth, kHeight);
  MotionField motion(kWidth, kHeight);
  const int left = motion.columns * 3 / 4;
  for (int row = 0; row < motion.rows; ++row)
    for (int column = 1; column < left; column += 3) motion.at(column, row) = {0, 0, 1, 0};
  EstimatedStream estimator;
  for (int i = 0; i < kFrames; ++i)
    estimator.update(view_of(noisier_at_left(clean, left - 2, i)), &motion);
  check_level(estimator.level(), 10, "noisier beside what lies between pixels");
}
END_TEST

START_TEST(test_vectors_that_leave_the_frame_are_ignored) {
  const LumaPlane clean = TexturedCanvas(kWidth, kHeight, 1).crop(0, 0, kWidth, kHeight);
  MotionField motion(kWidth, kHeight);
  std::mt19937 random(3);
  for (MotionVector& v : motion.vectors)
    if (random() % 2 == 0) v = {static_cast<int>(random() % 4001) - 2000, -1000};
  check_scene([&](int) { return clean; }, 10, "half of the vectors", &motion);
}
END_TEST

START_TEST(test_threads_do_not_change_the_estimate) {
  const LumaPlane wide = fabric(kWidth + 16 * kFrames, kHeight, 1);
  ThreadPool pool(3);
  EstimatedStream alone, together;
  for (int i = 0; i < 2 * kFrames; ++i) {
    // The picture stands still, and then moves.
    const LumaPlane clean = part_of(wide, i < kFrames ? 0 : 16 * (i - kFrames));
    const LumaPlane frame = noisy(clean, NoiseModel::gaussian, 10, i);
    ck_assert_double_eq(alone.update(view_of(frame)),
                        together.update(view_of(frame), nullptr, &pool));
    ck_assert_double_eq(alone.curve().slope, together.curve().slope);
  }
}
END_TEST

int main() {
  return run_suite("estimate_stream",
                   {test_texture_that_stands_still_is_no_noise,
                    test_second_frame_replaces_the_first_estimate,
                    test_correlated_noise_before_what_stands_still,
                    test_pans_are_compared_along_their_motion,
                    test_pans_are_compared_along_motion_that_was_found,
                    test_unknown_motion_leaves_what_stands_still,
                    test_unknown_motion_of_everything_leaves_single_frames,
                    test_few_still_blocks_of_all_brightnesses_leave_single_frames,
                    test_brightness_of_noise_is_found,
                    test_even_noise_has_a_flat_curve,
                    test_clipping_does_not_hide_noise,
                    test_cut_restarts,
                    test_streams_are_smoothed,
                    test_repeated_frames_change_nothing,
                    test_each_format_at_any_size,
                    test_blocks_between_pixels_are_ignored,
                    test_vectors_that_leave_the_frame_are_ignored,
                    test_threads_do_not_change_the_estimate,
                    test_single_frames_that_look_correlated_do_not_count,
                    test_vectors_beside_those_between_pixels_are_ignored});
}
