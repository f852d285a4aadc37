// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads that live as long as an engine.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace denoiseae {

/// OpenMP runs single-threaded inside them: oneDNN then starts no threads of its own, which would
/// wait for each other after every layer.
class Workers {
 public:
  explicit Workers(int count);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int count() const { return static_cast<int>(threads_.size()); }
  /// Calls task(0) ... task(count() - 1), each in a thread of its own and always the same one, and
  /// waits for all. Then throws what one of them threw, if any did. Not thread-safe. Allocates
  /// nothing.
  void run(const std::function<void(int)>& task);

 private:
  void work(int index);
  void stop();

  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  // Guarded by mutex_:
  const std::function<void(int)>* task_ = nullptr;  ///< null: end
  unsigned round_ = 0;
  int busy_ = 0;
  std::exception_ptr failure_;

  std::vector<std::thread> threads_;
};

}  // namespace denoiseae
