// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>
#include <denoiseae/thread_pool.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "parallel/thread_count.h"
#include "system/translate_errors.h"

namespace denoiseae {

namespace {

/// Waits a little until ready() is true, or gives up. A frame has a dozen rounds, which follow each
/// other at once, and to sleep and be woken takes as long as some of them.
template <typename Ready>
void wait_a_little(const Ready& ready) {
  constexpr int kTries = 1000;  // which last tens of microseconds
  for (int i = 0; i < kTries && !ready(); ++i) {
#ifdef __x86_64__
    __builtin_ia32_pause();
#endif
  }
}

/// Names the calling thread for debuggers, profilers and top.
void name_this_thread(int index) {
  std::string name = "denoiseae-" + std::to_string(index);
  name.resize(std::min<std::size_t>(name.size(), 15));  // the system takes no more
  ::pthread_setname_np(::pthread_self(), name.c_str());
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

class ThreadPool::Impl {
 public:
  explicit Impl(unsigned count);
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  int count() const { return static_cast<int>(threads_.size()) + 1; }
  void run(const std::function<void(int)>& task);

 private:
  void work(int index);
  void stop();

  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  // Guarded by mutex_:
  const std::function<void(int)>* task_ = nullptr;  ///< null ends the threads
  // Written under mutex_:
  std::atomic<unsigned> round_ = 0;
  std::atomic<int> busy_ = 0;
  // Guarded by mutex_:
  std::exception_ptr failure_;

  std::vector<std::thread> threads_;
};

ThreadPool::Impl::Impl(unsigned count) {
  threads_.reserve(count - 1);
  try {
    for (unsigned i = 1; i < count; ++i)
      threads_.emplace_back(&Impl::work, this, static_cast<int>(i));
  } catch (const std::system_error& e) {
    stop();
    throw Error(ErrorCode::engine_failure, "the system gives no " + std::to_string(count) +
                                               " threads: " + e.what() + "; ask for fewer");
  }
}

void ThreadPool::Impl::stop() {
  {
    const std::lock_guard lock(mutex_);
    task_ = nullptr;
    ++round_;
  }
  start_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Impl::run(const std::function<void(int)>& task) {
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

void ThreadPool::Impl::work(int index) {
  name_this_thread(index);
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

ThreadPool::ThreadPool(unsigned count)
    : impl_(translate_errors([] { return "threads"; },
                             [&] { return std::make_unique<Impl>(thread_count(count)); })) {}
ThreadPool::~ThreadPool() = default;

int ThreadPool::count() const noexcept { return impl_->count(); }

void ThreadPool::run(const std::function<void(int)>& task) { impl_->run(task); }

}  // namespace denoiseae
