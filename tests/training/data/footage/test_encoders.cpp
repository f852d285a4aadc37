// SPDX-License-Identifier: LGPL-2.1-or-later
#include <malloc.h>

#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <set>
#include <string>
#include <vector>

#include "data/footage/encoders.h"
#include "data/footage/frame_pair.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Smooth pictures that move, with noise.
std::vector<cv::Mat> sequence(int width, int height, int frames, double sigma = 6) {
  cv::RNG rng(7);
  cv::Mat canvas(height * 3 / 2 + frames, width + 2 * frames, CV_8UC1);
  rng.fill(canvas, cv::RNG::UNIFORM, 0, 256);
  cv::GaussianBlur(canvas, canvas, {}, 5);
  canvas.convertTo(canvas, -1, 4, -3 * 128);
  std::vector<cv::Mat> result;
  for (int t = 0; t < frames; ++t) {
    const cv::Mat part = canvas(cv::Rect(2 * t, t, width, height * 3 / 2));
    cv::Mat noise(part.size(), CV_32FC1), frame;
    rng.fill(noise, cv::RNG::NORMAL, 0, sigma);
    cv::add(part, noise, frame, cv::noArray(), CV_8U);
    result.push_back(frame);
  }
  return result;
}

double rms(const std::vector<cv::Mat>& a, const std::vector<cv::Mat>& b, int plane) {
  double squares = 0, count = 0;
  for (std::size_t t = 0; t < a.size(); ++t) {
    const cv::Mat of_a = plane_of(a[t], plane), of_b = plane_of(b[t], plane);
    squares += std::pow(cv::norm(of_a, of_b), 2);
    count += static_cast<double>(of_a.total());
  }
  return std::sqrt(squares / count);
}

}  // namespace

START_TEST(test_quality_says_how_near_the_frames_are) {
  const std::vector<cv::Mat> frames = sequence(96, 64, 5);
  for (const Encoder& encoder : encoders()) {
    const auto best = coded(frames, encoder, encoder.best_quality, {});
    const auto worst = coded(frames, encoder, encoder.worst_quality, {});
    ck_assert_uint_eq(best.size(), frames.size());
    for (int plane = 0; plane < kPlanes; ++plane) {
      const double near = rms(frames, best, plane), far = rms(frames, worst, plane);
      ck_assert_msg(near > 0.1 && near < 5 && far > near && far < 12, "%s: %g, %g",
                    std::string(encoder.name).c_str(), near, far);
    }
  }
}
END_TEST

START_TEST(test_frames_come_back_in_their_order) {
  std::vector<cv::Mat> frames;
  for (int t = 0; t < 9; ++t) frames.emplace_back(48, 32, CV_8UC1, cv::Scalar(20 + 25 * t));
  // An encoder that reads what nothing has written takes some frames for others.
  for (const int fill : {1, 33, 99, 180}) {
    ::mallopt(M_PERTURB, fill);
    for (const Encoder& encoder : encoders()) {
      for (const CodingVariant& variant : {CodingVariant{0, false, 0}, CodingVariant{1, true, 3},
                                           CodingVariant{2, true, 0}, CodingVariant{2, false, 1}}) {
        const auto result = coded(frames, encoder, encoder.best_quality, variant);
        for (std::size_t t = 0; t < frames.size(); ++t)
          ck_assert_double_eq_tol(cv::mean(result[t])[0], 20 + 25.0 * static_cast<double>(t), 5);
      }
    }
  }
}
END_TEST

START_TEST(test_equal_frames_give_equal_results) {
  // Memory that was never written would make the difference, and shows in frames that have nothing
  // in common.
  cv::RNG rng(11);
  for (const Encoder& encoder : encoders()) {
    for (const int size : {34, 64}) {
      for (int effort = 0; effort < 3; ++effort) {
        std::vector<cv::Mat> frames;
        for (int i = 0; i < 4; ++i) {
          frames.emplace_back(size / 2 * 3, size, CV_8UC1);
          rng.fill(frames.back(), cv::RNG::UNIFORM, 0, 256);
          cv::GaussianBlur(frames.back(), frames.back(), {}, 2);
        }
        std::vector<std::vector<cv::Mat>> results;
        for (const int fill : {1, 31, 91, 180}) {
          ::mallopt(M_PERTURB, fill);
          results.push_back(
              coded(frames, encoder, encoder.best_quality + 6, {effort, true, size == 34 ? 4 : 0}));
        }
        for (const auto& result : results) ck_assert_double_eq(rms(results.front(), result, 0), 0);
      }
    }
  }
}
END_TEST

START_TEST(test_one_frame_is_a_sequence) {
  for (const Encoder& encoder : encoders()) {
    const auto frames = sequence(34, 50, 1);
    const auto result = coded(frames, encoder, encoder.best_quality, {2, true, 4});
    ck_assert_uint_eq(result.size(), 1);
    ck_assert_double_lt(rms(frames, result, 0), 6);
  }
}
END_TEST

START_TEST(test_input_is_left_alone) {
  const auto frames = sequence(64, 64, 3);
  const std::vector<cv::Mat> before = {frames[0].clone(), frames[1].clone(), frames[2].clone()};
  for (const Encoder& encoder : encoders()) coded(frames, encoder, encoder.worst_quality, {});
  ck_assert_double_eq(rms(frames, before, 0), 0);
}
END_TEST

START_TEST(test_all_encoders_and_variants_are_drawn) {
  Rng rng(5);
  std::set<std::string> names;
  std::set<int> efforts, leading, b_frames;
  for (int i = 0; i < 200; ++i) {
    names.insert(std::string(random_encoder(rng).name));
    const CodingVariant variant = random_variant(rng);
    efforts.insert(variant.effort);
    leading.insert(variant.leading_frames);
    b_frames.insert(variant.b_frames);
  }
  ck_assert_uint_eq(names.size(), encoders().size());
  ck_assert_uint_le(encoders().size(), all_encoders().size());
  ck_assert(efforts == std::set({0, 1, 2}));
  ck_assert(leading == std::set({0, 1, 2, 3, 4}));
  ck_assert_uint_eq(b_frames.size(), 2);
}
END_TEST

int main() {
  return run_suite("encoders", {
                                   test_quality_says_how_near_the_frames_are,
                                   test_frames_come_back_in_their_order,
                                   test_equal_frames_give_equal_results,
                                   test_one_frame_is_a_sequence,
                                   test_input_is_left_alone,
                                   test_all_encoders_and_variants_are_drawn,
                               });
}
