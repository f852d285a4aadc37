// SPDX-License-Identifier: LGPL-2.1-or-later
#include "workers.h"

#include <denoiseae/error.h>

#include <string>
#include <system_error>
#include <utility>

namespace denoiseae {

namespace {

/// Waits a little for what mostly comes at once: a frame has a dozen rounds, and to sleep and be
/// woken takes as long as some of them. Returns early if ready() is true.
template <typename Ready>
void wait_a_little(const Ready& ready) {
  constexpr int kTries = 1000;  // tens of microseconds
  for (int i = 0; i < kTries && !ready(); ++i) {
#ifdef __x86_64__
    __builtin_ia32_pause();
#endif
  }
}

std::exception_ptr failure_of(const std::function<void(int)>& task, int index) {
  try {
    task(index);
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

}  // namespace

Workers::Workers(int count) {
  threads_.reserve(static_cast<std::size_t>(count - 1));
  try {
    for (int i = 1; i < count; ++i) threads_.emplace_back(&Workers::work, this, i);
  } catch (const std::system_error& e) {
    stop();
    throw Error(ErrorCode::engine_failure, "the system gives no " + std::to_string(count) +
                                               " threads: " + e.what() + "; ask for fewer");
  }
}

Workers::~Workers() { stop(); }

void Workers::stop() {
  {
    const std::lock_guard lock(mutex_);
    task_ = nullptr;
    ++round_;
  }
  start_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::run(const std::function<void(int)>& task) {
  if (threads_.empty()) {
    task(0);
    return;
  }
  std::unique_lock lock(mutex_);
  task_ = &task;
  busy_ = static_cast<int>(threads_.size());
  ++round_;
  lock.unlock();
  start_.notify_all();
  const std::exception_ptr failure = failure_of(task, 0);
  wait_a_little([this] { return busy_ == 0; });
  lock.lock();
  done_.wait(lock, [this] { return busy_ == 0; });
  if (failure) failure_ = failure;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Workers::work(int index) {
  unsigned seen = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    lock.unlock();
    wait_a_little([&] { return round_ != seen; });
    lock.lock();
    start_.wait(lock, [&] { return round_ != seen; });
    seen = round_;
    const auto* task = task_;
    if (task == nullptr) return;
    lock.unlock();
    const std::exception_ptr failure = failure_of(*task, index);
    lock.lock();
    if (failure && !failure_) failure_ = failure;
    if (--busy_ == 0) done_.notify_one();
  }
}

}  // namespace denoiseae
