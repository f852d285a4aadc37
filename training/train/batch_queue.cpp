// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/batch_queue.h"

#include <utility>

#include "noise/random.h"

namespace denoiseae {

namespace {

constexpr std::int64_t kAhead = 4;  // batches ready, so that an uneven one does not stall training

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

}  // namespace

Batch draw_batch(const std::vector<WeightedSampler>& samplers, int count, std::uint64_t seed) {
  const Sampler& any = samplers.front().sampler;
  const int size = any.plane_size();
  PlanesView input{nullptr, any.input_channels(), size, size};
  PlanesView target{nullptr, any.target_channels(), size, size};
  Batch batch;
  batch.size = count;
  batch.input.resize(input.size() * static_cast<std::size_t>(count));
  batch.target.resize(target.size() * static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    Random random(seed, static_cast<std::uint64_t>(i));
    const Sampler& sampler = choose(samplers, random.uniform());
    input.data = batch.input.data() + input.size() * static_cast<std::size_t>(i);
    target.data = batch.target.data() + target.size() * static_cast<std::size_t>(i);
    sampler.draw(random.next(), input, target);
  }
  return batch;
}

BatchQueue::BatchQueue(const std::vector<WeightedSampler>& samplers, int batch, std::uint64_t seed,
                       std::int64_t first_step, unsigned threads)
    : samplers_(samplers), batch_(batch), seed_(seed), to_draw_(first_step), to_take_(first_step) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

BatchQueue::~BatchQueue() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (std::thread& t : threads_) t.join();
}

void BatchQueue::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || to_draw_ < to_take_ + kAhead; });
    if (stop_) return;
    const std::int64_t step = to_draw_++;
    lock.unlock();
    Batch batch;
    std::exception_ptr error;
    try {
      batch = draw_batch(samplers_, batch_, Random(seed_, static_cast<std::uint64_t>(step)).next());
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    if (error) error_ = error;
    ready_[step] = std::move(batch);
    changed_.notify_all();
  }
}

Batch BatchQueue::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return error_ || ready_.count(to_take_) != 0; });
  if (error_) std::rethrow_exception(error_);
  auto found = ready_.find(to_take_);
  Batch batch = std::move(found->second);
  ready_.erase(found);
  ++to_take_;
  changed_.notify_all();
  return batch;
}

}  // namespace denoiseae
