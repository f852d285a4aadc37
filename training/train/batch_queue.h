// SPDX-License-Identifier: LGPL-2.1-or-later
// Prepares training batches ahead, on threads of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "train/batch_plan.h"

namespace denoiseae {

/// Returns the batches of a plan in order, whatever the number of threads.
class BatchQueue {
 public:
  using Finish = std::function<void(Batch&)>;
  /// The plan must outlive the queue. threads: at least 1. finish: is called with each batch by the
  /// thread that drew it; empty = nothing is.
  BatchQueue(const BatchPlan& plan, std::int64_t first_step, unsigned threads, Finish finish = {});
  ~BatchQueue();
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  /// Returns the batch of the next step, from first_step on. Rethrows what a thread threw.
  Batch next();

 private:
  void work();

  const BatchPlan& plan_;
  const Finish finish_;
  const std::int64_t ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, Batch> ready_;  ///< guarded by mutex_
  std::int64_t to_draw_;                 ///< guarded by mutex_
  std::int64_t to_take_;                 ///< guarded by mutex_
  bool stop_ = false;                    ///< guarded by mutex_
  std::exception_ptr error_;             ///< guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace denoiseae
