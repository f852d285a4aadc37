// SPDX-License-Identifier: LGPL-2.1-or-later
// Training batches, prepared ahead by threads of their own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "data/sampler.h"

namespace denoiseae {

struct Batch {
  std::vector<float> input;   ///< samples x height x width x channels
  std::vector<float> target;  ///< the same for the target
  int size = 0;
};

/// A sampler that is used for a share of the samples.
struct WeightedSampler {
  Sampler sampler;
  double share = 1;
};

/// Draws count samples of one seed; sample i of a seed is always the same.
Batch draw_batch(const std::vector<WeightedSampler>& samplers, int count, std::uint64_t seed);

/// Batch of step s depends on (seed, s) only, whatever the number of threads.
class BatchQueue {
 public:
  BatchQueue(const std::vector<WeightedSampler>& samplers, int batch, std::uint64_t seed,
             std::int64_t first_step, unsigned threads);
  ~BatchQueue();
  BatchQueue(const BatchQueue&) = delete;
  BatchQueue& operator=(const BatchQueue&) = delete;

  /// The batch of the next step, from first_step on. Rethrows what a thread threw.
  Batch next();

 private:
  void work();

  const std::vector<WeightedSampler>& samplers_;
  int batch_;
  std::uint64_t seed_;
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
