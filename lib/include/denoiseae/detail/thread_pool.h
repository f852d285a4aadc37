// SPDX-License-Identifier: LGPL-2.1-or-later
// The code of thread_pool.h, over the C interface.
#pragma once

#include <denoiseae/detail/check.h>
#include <denoiseae/thread_pool.h>

#include <exception>
#include <mutex>
#include <new>

namespace denoiseae {

class ThreadPool::Impl {
 public:
  explicit Impl(unsigned count) { detail::check(denoiseae_new_thread_pool(count, &handle)); }
  ~Impl() { denoiseae_free_thread_pool(handle); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  denoiseae_thread_pool* handle = nullptr;
};

namespace detail {

struct Handles {
  static denoiseae_thread_pool* of(const ThreadPool* pool) {
    return pool == nullptr ? nullptr : pool->impl_->handle;
  }
};

/// A task of C++, called from C: what it throws waits here until all tasks are done.
struct PoolTask {
  const std::function<void(int)>& task;
  std::mutex mutex;
  std::exception_ptr thrown;

  static void call(void* user, int index) {
    auto& self = *static_cast<PoolTask*>(user);
    try {
      self.task(index);
    } catch (...) {
      const std::lock_guard lock(self.mutex);
      self.thrown = std::current_exception();
    }
  }
};

}  // namespace detail

inline ThreadPool::ThreadPool(unsigned count) {
  try {
    impl_ = std::make_unique<Impl>(count);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::out_of_memory, "no memory for a thread pool");
  }
}
inline ThreadPool::~ThreadPool() = default;

inline int ThreadPool::count() const noexcept { return denoiseae_thread_pool_count(impl_->handle); }

inline void ThreadPool::run(const std::function<void(int)>& task) {
  detail::PoolTask call{task, {}, {}};
  detail::check(denoiseae_thread_pool_run(impl_->handle, &detail::PoolTask::call, &call));
  if (call.thrown) std::rethrow_exception(call.thrown);
}

}  // namespace denoiseae
