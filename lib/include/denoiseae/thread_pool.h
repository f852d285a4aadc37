// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads that share the work of a caller and sleep in between.
#pragma once

#include <functional>
#include <memory>

namespace denoiseae {

namespace detail {
struct Handles;
}

/// A share of the threads of this process. All pools have the same threads, named denoiseae-1,
/// denoiseae-2 and so on, which start with the first pool and end with the last one. Besides the
/// callers there are as many as the pools ask for together, but no more than one less than the
/// processors that the pools may use, unless one pool alone asks for more. Thread-safe.
///
/// A thread runs on the processors that were allowed to the thread that made the pool, while it
/// works for this pool. It keeps the priority of the thread that started it. A child process starts
/// threads of its own when it goes on to use a pool after a fork.
class ThreadPool {
 public:
  /// count: how many threads work for this pool at a time, including the calling one, and at most
  /// 1024; 0 = one for each processor that the affinity of the calling thread and the cgroup quota
  /// of this process allow. Throws engine_failure when the system gives no more threads,
  /// out_of_memory.
  explicit ThreadPool(unsigned count = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int count() const noexcept;
  /// Calls task(0) in the calling thread and task(1) ... task(count() - 1) in others, and waits for
  /// all. The calling thread makes those calls itself, too, for which no other thread is free, one
  /// after another; therefore a task must not wait for one that may not have begun. It may call run
  /// of any pool. If tasks threw, it throws the exception of one of them. Allocates nothing, except
  /// after a fork.
  void run(const std::function<void(int)>& task);

 private:
  friend detail::Handles;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace denoiseae

#ifndef DENOISEAE_INSIDE
#include <denoiseae/detail/thread_pool.h>
#endif
