// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/batch_queue.h"

#include <algorithm>
#include <utility>

namespace denoiseae {

namespace {

// An uneven batch does not stall training while this many are ready.
constexpr std::int64_t kAhead = 4;
/// Returns how many batches are drawn ahead: some are ready while each thread draws one.
std::int64_t ahead_of(unsigned threads) {
  return std::max<std::int64_t>(kAhead, 2 * static_cast<std::int64_t>(threads));
}

}  // namespace

BatchQueue::BatchQueue(const BatchPlan& plan, std::int64_t first_step, unsigned threads,
                       Finish finish)
    : plan_(plan),
      finish_(std::move(finish)),
      ahead_(ahead_of(threads)),
      to_draw_(first_step),
      to_take_(first_step) {
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
    changed_.wait(lock, [this] { return stop_ || to_draw_ < to_take_ + ahead_; });
    if (stop_) return;
    const std::int64_t step = to_draw_++;
    lock.unlock();
    Batch batch;
    std::exception_ptr error;
    try {
      batch = plan_.draw(step);
      if (finish_) finish_(batch);
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
