// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads that share the work of whoever calls, and sleep in between.
#pragma once

#include <denoiseae/export.h>

#include <functional>
#include <memory>

namespace denoiseae {

/// A fixed number of threads. Not thread-safe: it is handed to one call at a time.
class DAE_API ThreadPool {
 public:
  /// count: the threads that work at a time, the calling one included; 0 = as many as the machine
  /// has. Throws engine_failure when the system gives no more threads.
  explicit ThreadPool(unsigned count = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int count() const noexcept;
  /// Calls task(0) here and task(1) ... task(count() - 1) each in a thread of its own, always the
  /// same one, and waits for all. Then throws what one of them threw, if any did. Allocates
  /// nothing.
  void run(const std::function<void(int)>& task);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace denoiseae
