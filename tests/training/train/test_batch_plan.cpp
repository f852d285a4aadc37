// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <map>
#include <opencv2/core.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/check.h"
#include "train/batch_queue.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kSide = 4;

/// Flat pictures; the gray level is the number.
Sampler numbered(int first, int count) {
  PictureSet pictures;
  for (int i = first; i < first + count; ++i) {
    pictures.push_back({cv::Mat(kSide, kSide, CV_8UC1, cv::Scalar(i)), std::to_string(i)});
  }
  SampleSettings settings;
  settings.domain = InputRepresentation::luma;
  settings.patch_px = kSide;
  settings.augment = false;
  settings.noise = {{NoiseModel::gaussian, 10, 10, 1}};
  return Sampler(pictures, settings);
}

/// 7 pictures in two sets.
std::vector<WeightedSampler> two_sets() {
  std::vector<WeightedSampler> samplers;
  samplers.push_back({numbered(0, 4), 1});
  samplers.push_back({numbered(4, 3), 1});
  return samplers;
}

int number_of(const Batch& batch, int sample) {
  return static_cast<int>(batch.target[sample * kSide * kSide] * 255 + 0.5);
}

std::vector<int> numbers_of_epoch(const BatchPlan& plan, int epoch) {
  std::vector<int> numbers;
  for (std::int64_t i = 0; i < plan.steps_per_epoch(); ++i) {
    const Batch batch = plan.draw(epoch * plan.steps_per_epoch() + i);
    for (int s = 0; s < batch.size; ++s) numbers.push_back(number_of(batch, s));
  }
  return numbers;
}

}  // namespace

START_TEST(test_an_epoch_takes_every_picture_so_many_times) {
  const auto samplers = two_sets();
  const BatchPlan plan(samplers, 5, 1, {.copies = 10, .share = 1});
  ck_assert_int_eq(plan.steps_per_epoch(), 14);
  std::map<int, int> count;
  for (const int n : numbers_of_epoch(plan, 0)) ++count[n];
  ck_assert_uint_eq(count.size(), 7);
  for (const auto& [number, times] : count) ck_assert_int_eq(times, 10);
  ck_assert(numbers_of_epoch(plan, 0) != numbers_of_epoch(plan, 1));
  ck_assert(numbers_of_epoch(plan, 1) == numbers_of_epoch(plan, 1));
}
END_TEST

START_TEST(test_an_epoch_is_cut_to_full_batches_and_to_its_share) {
  const auto samplers = two_sets();
  ck_assert_int_eq(BatchPlan(samplers, 4, 1, {.copies = 1, .share = 1}).steps_per_epoch(), 1);
  ck_assert_int_eq(BatchPlan(samplers, 4, 1, {.copies = 10, .share = 0.9}).steps_per_epoch(), 15);
  ck_assert_int_eq(BatchPlan(samplers, 4, 1, {}).steps_per_epoch(), 0);
  DAE_ASSERT_ERROR(BatchPlan(samplers, 8, 1, {.copies = 1, .share = 1}), bad_argument);
}
END_TEST

START_TEST(test_every_copy_has_noise_of_its_own) {
  const auto samplers = two_sets();
  const BatchPlan plan(samplers, 7, 1, {.copies = 20, .share = 1});
  std::set<std::vector<float>> inputs;
  std::size_t samples = 0;
  for (std::int64_t step = 0; step < 2 * plan.steps_per_epoch(); ++step) {
    const Batch batch = plan.draw(step);
    for (int s = 0; s < batch.size; ++s, ++samples) {
      const auto begin = batch.input.begin() + s * kSide * kSide;
      inputs.insert({begin, begin + kSide * kSide});
    }
  }
  ck_assert_uint_eq(inputs.size(), samples);
}
END_TEST

START_TEST(test_a_batch_depends_on_seed_and_step_only) {
  const auto samplers = two_sets();
  for (const Epochs& epochs : {Epochs{}, Epochs{.copies = 3, .share = 1}}) {
    const BatchPlan plan(samplers, 4, 9, epochs);
    const BatchPlan same(samplers, 4, 9, epochs);
    const BatchPlan other(samplers, 4, 10, epochs);
    BatchQueue queue(plan, 3, 2);
    for (std::int64_t step = 3; step < 12; ++step) {
      const Batch batch = same.draw(step);
      const Batch queued = queue.next();
      ck_assert(queued.input == batch.input && queued.target == batch.target);
      ck_assert(other.draw(step).input != batch.input);
    }
  }
}
END_TEST

START_TEST(test_a_change_starts_at_its_step) {
  const auto samplers = two_sets();
  std::vector<WeightedSampler> later;
  later.push_back({numbered(20, 3), 1});
  BatchPlan plan(samplers, 4, 9, {});
  plan.change(2, {&later, 6});
  plan.change(5, {&samplers, 1});
  const BatchPlan unchanged(samplers, 4, 9, {});
  for (const std::int64_t step : {0, 1})
    ck_assert(plan.draw(step).input == unchanged.draw(step).input);
  for (const std::int64_t step : {2, 3, 4}) {
    const Batch batch = plan.draw(step);
    ck_assert_int_eq(batch.size, 6);
    for (int s = 0; s < 6; ++s) ck_assert_int_ge(number_of(batch, s), 20);
  }
  ck_assert_int_eq(plan.draw(5).size, 1);
  ck_assert_int_lt(number_of(plan.draw(9), 0), 20);
}
END_TEST

START_TEST(test_single_frames_come_beside_a_batch) {
  const auto samplers = two_sets();
  std::vector<WeightedSampler> others;
  others.push_back({numbered(20, 3), 1});
  BatchPlan plan(samplers, 4, 9, {});
  plan.change(2, {&samplers, 4, &others, 6});
  const BatchPlan unchanged(samplers, 4, 9, {});
  ck_assert(!plan.draw(1).single_frames);
  const Batch batch = plan.draw(2);
  ck_assert(batch.input == unchanged.draw(2).input);
  ck_assert_int_eq(batch.single_frames->size, 6);
  for (int s = 0; s < 6; ++s) ck_assert_int_ge(number_of(*batch.single_frames, s), 20);
  ck_assert(plan.draw(2).single_frames->input == batch.single_frames->input);
  ck_assert(plan.draw(3).single_frames->input != batch.single_frames->input);
}
END_TEST

START_TEST(test_pictures_in_order_come_once_each) {
  const auto samplers = two_sets();
  const Batch whole = draw_in_order(samplers, 0, 7, 5);
  for (int i = 0; i < 7; ++i) ck_assert_int_eq(number_of(whole, i), i);
  const Batch part = draw_in_order(samplers, 3, 2, 5);
  ck_assert(
      std::equal(part.input.begin(), part.input.end(), whole.input.begin() + 3 * kSide * kSide));
}
END_TEST

int main() {
  return run_suite(
      "batch_plan",
      {test_an_epoch_takes_every_picture_so_many_times,
       test_an_epoch_is_cut_to_full_batches_and_to_its_share, test_every_copy_has_noise_of_its_own,
       test_a_batch_depends_on_seed_and_step_only, test_a_change_starts_at_its_step,
       test_single_frames_come_beside_a_batch, test_pictures_in_order_come_once_each});
}
