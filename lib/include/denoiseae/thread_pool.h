// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads that share the work of a caller and sleep in between.
#pragma once

#include <denoiseae/export.h>

#include <functional>
#include <memory>

namespace denoiseae {

/// A fixed number of threads. Not thread-safe: only one call at a time may use it.
class DAE_API ThreadPool {
 public:
  /// count: how many threads work at a time, including the calling one; 0 = one for each processor
  /// that the affinity and the cgroup quota of this process allow. The others are named
  /// denoiseae-1, denoiseae-2 and so on. Throws engine_failure when the system gives no more
  /// threads, out_of_memory.
  explicit ThreadPool(unsigned count = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int count() const noexcept;
  /// Calls task(0) in the calling thread and task(1) ... task(count() - 1) each in a thread of its
  /// own, which is the same one in every run, and waits for all. If tasks threw, it throws the
  /// exception of one of them. Allocates nothing.
  void run(const std::function<void(int)>& task);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace denoiseae
