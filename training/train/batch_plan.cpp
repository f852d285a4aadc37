// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/batch_plan.h"

#include <denoiseae/error.h>

#include <cassert>
#include <numeric>
#include <utility>

#include "noise/synthesis/random.h"

namespace denoiseae {

namespace {

// This stream lies beyond those of the samples of a batch.
constexpr std::uint64_t kSingleFrameStream = 1ull << 32;

const Sampler& choose(const std::vector<WeightedSampler>& samplers, double at) {
  double total = 0;
  for (const WeightedSampler& s : samplers) total += s.share;
  double sum = 0;
  for (const WeightedSampler& s : samplers) {
    sum += s.share / total;
    if (at < sum) return s.sampler;
  }
  return samplers.back().sampler;
}

/// Fills a batch whose samples are made one by one: draw(i, input, target).
template <typename Draw>
Batch fill_batch(const Sampler& any, int count, const Draw& draw) {
  const int size = any.plane_size();
  TensorView input{nullptr, any.input_channels(), size, size};
  TensorView target{nullptr, any.target_channels(), size, size};
  const std::size_t input_floats = input.size() * static_cast<std::size_t>(any.frames());
  const std::size_t target_floats = target.size() * static_cast<std::size_t>(any.frames());
  Batch batch;
  batch.size = count;
  batch.frames = any.frames();
  batch.plane_size = size;
  batch.input.resize(input_floats * static_cast<std::size_t>(count));
  batch.target.resize(target_floats * static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    input.data = batch.input.data() + input_floats * static_cast<std::size_t>(i);
    target.data = batch.target.data() + target_floats * static_cast<std::size_t>(i);
    draw(i, input, target);
  }
  return batch;
}

/// Draws from a picture by its number among the pictures of all samplers.
void draw_picture(const std::vector<WeightedSampler>& samplers, std::size_t picture,
                  std::uint64_t seed, const TensorView& input, const TensorView& target) {
  for (const WeightedSampler& s : samplers) {
    if (picture < s.sampler.picture_count()) {
      s.sampler.draw(seed, picture, input, target);
      return;
    }
    picture -= s.sampler.picture_count();
  }
  throw Error(ErrorCode::internal, "a batch asks for a picture that is not there");
}

}  // namespace

Batch draw_batch(const std::vector<WeightedSampler>& samplers, int count, std::uint64_t seed) {
  return fill_batch(samplers.front().sampler, count,
                    [&](int i, const TensorView& input, const TensorView& target) {
                      Random random(seed, static_cast<std::uint64_t>(i));
                      const Sampler& sampler = choose(samplers, random.uniform());
                      sampler.draw(random.next(), input, target);
                    });
}

Batch draw_in_order(const std::vector<WeightedSampler>& samplers, std::size_t first, int count,
                    std::uint64_t seed) {
  return fill_batch(samplers.front().sampler, count,
                    [&](int i, const TensorView& input, const TensorView& target) {
                      const std::size_t picture = first + static_cast<std::size_t>(i);
                      draw_picture(samplers, picture, Random(seed, picture).next(), input, target);
                    });
}

BatchPlan::BatchPlan(const std::vector<WeightedSampler>& samplers, int batch, std::uint64_t seed,
                     const Epochs& epochs)
    : samplers_(samplers), batch_(batch), seed_(seed), epochs_(epochs) {
  for (const WeightedSampler& s : samplers) picture_count_ += s.sampler.picture_count();
  if (epochs.copies == 0) return;
  const double samples = static_cast<double>(picture_count_) * epochs.copies * epochs.share;
  if (samples > 4e9) {
    throw Error(ErrorCode::bad_argument, "an epoch of more than 4e9 samples; use fewer copies");
  }
  steps_per_epoch_ = static_cast<std::int64_t>(samples) / batch;
  if (steps_per_epoch_ == 0) {
    throw Error(ErrorCode::bad_argument,
                "an epoch of " + std::to_string(picture_count_) + " pictures, " +
                    std::to_string(epochs.copies) + " times, does not fill a batch of " +
                    std::to_string(batch) + "; use more copies or a smaller batch");
  }
}

std::shared_ptr<const BatchPlan::Order> BatchPlan::order_of(std::int64_t epoch) const {
  const std::lock_guard lock(mutex_);
  if (order_epoch_ != epoch) {
    auto order = std::make_shared<Order>(picture_count_ * static_cast<std::size_t>(epochs_.copies));
    std::iota(order->begin(), order->end(), 0u);
    Random random(seed_, static_cast<std::uint64_t>(epoch), 1);
    for (std::size_t i = order->size(); i > 1; --i) {
      std::swap((*order)[i - 1], (*order)[random.next() % i]);
    }
    last_order_ = std::move(order);
    order_epoch_ = epoch;
  }
  return last_order_;
}

void BatchPlan::change(std::int64_t first_step, const Shape& shape) {
  assert(steps_per_epoch_ == 0 && (changes_.empty() || changes_.back().first_step < first_step));
  changes_.push_back({first_step, shape});
}

Batch BatchPlan::draw(std::int64_t step) const {
  const std::uint64_t seed = Random(seed_, static_cast<std::uint64_t>(step)).next();
  if (steps_per_epoch_ == 0) {
    Shape shape{&samplers_, batch_};
    for (const Change& change : changes_) {
      if (step >= change.first_step) shape = change.shape;
    }
    Batch batch = draw_batch(*shape.samplers, shape.batch, seed);
    if (shape.single_frames > 0) {
      const std::uint64_t other = Random(seed, kSingleFrameStream).next();
      batch.single_frames = std::make_unique<Batch>(
          draw_batch(*shape.single_frame_samplers, shape.single_frames, other));
    }
    return batch;
  }
  const std::shared_ptr<const Order> order = order_of(step / steps_per_epoch_);
  const std::int64_t first = step % steps_per_epoch_ * batch_;
  return fill_batch(samplers_.front().sampler, batch_,
                    [&](int i, const TensorView& input, const TensorView& target) {
                      const std::size_t picture = (*order)[first + i] % picture_count_;
                      draw_picture(samplers_, picture,
                                   Random(seed, static_cast<std::uint64_t>(i)).next(), input,
                                   target);
                    });
}

}  // namespace denoiseae
