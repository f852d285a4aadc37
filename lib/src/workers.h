// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads that live as long as an engine, and share its work with the one that calls.
#pragma once

#include <denoiseae/export.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace denoiseae {

/// asked, or one for each core of the machine where that is 0.
inline unsigned thread_count(unsigned asked) {
  return asked != 0 ? asked : std::max(1u, std::thread::hardware_concurrency());
}

class DAE_API Workers {
 public:
  /// count: of threads that work at a time, the calling one included; at least 1. Throws
  /// engine_failure when the system gives no more threads.
  explicit Workers(int count);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int count() const { return static_cast<int>(threads_.size()) + 1; }
  /// Calls task(0) here and task(1) ... task(count() - 1) each in a thread of its own, always the
  /// same one, and waits for all. Then throws what one of them threw, if any did. Not thread-safe.
  /// Allocates nothing.
  void run(const std::function<void(int)>& task);

 private:
  void work(int index);
  void stop();

  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  // Guarded by mutex_:
  const std::function<void(int)>* task_ = nullptr;  ///< null: end
  // Written under mutex_:
  std::atomic<unsigned> round_ = 0;
  std::atomic<int> busy_ = 0;
  // Guarded by mutex_:
  std::exception_ptr failure_;

  std::vector<std::thread> threads_;
};

/// Calls body(begin, end) for ranges that together are 0 ... count - 1, in any order and at the
/// same time; a worker that is slowed down by others takes fewer. Without workers: for all, here.
/// Returns when all are done, and throws as Workers::run does.
template <typename Body>
void for_ranges(Workers* workers, int count, const Body& body) {
  if (workers == nullptr || workers->count() < 2) {
    if (count > 0) body(0, count);
    return;
  }
  constexpr int kRangesEach = 4;
  const int ranges = std::min(count, kRangesEach * workers->count());
  std::atomic<int> next = 0;
  const auto work = [&](int) {
    for (int i = next++; i < ranges; i = next++)
      body(static_cast<int>(std::int64_t{count} * i / ranges),
           static_cast<int>(std::int64_t{count} * (i + 1) / ranges));
  };
  workers->run(std::cref(work));
}

}  // namespace denoiseae
