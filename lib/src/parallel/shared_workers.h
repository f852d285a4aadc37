// SPDX-License-Identifier: LGPL-2.1-or-later
// The threads that all pools of a process share.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "parallel/processor_mask.h"

namespace denoiseae {

/// The threads that one pool asks for.
struct WorkerDemand {
  int threads = 1;           ///< that work for it at a time, at most, including its caller
  ProcessorMask processors;  ///< where they may run
};

/// Returns how many threads serve pools besides their callers: as many as they ask for together,
/// but no more than meet the processors of all of them, unless one pool alone asks for more. paid:
/// how many processors the quota of the process pays for; 0 when there is no quota.
std::size_t workers_for(std::span<const WorkerDemand* const> demands, unsigned paid);

/// Threads that help the callers of pools. A caller never waits for a thread to come free: it takes
/// the parts of its job itself, one after another, unless another thread takes them first. So a job
/// ends even if no thread is free, and a part of a job may start another job. But the parts of a
/// job must not wait for parts that may not have begun. Thread-safe. After a fork, the child starts
/// threads of its own for the pools that it goes on to use.
class SharedWorkers {
 public:
  static constexpr int kMaxThreads = 1024;  ///< that work for one pool

  /// Returns those of this process. They are never destroyed, so that a pool may live longer than
  /// the static objects of the process. There are no threads while there is no pool.
  static SharedWorkers& of_process();

  /// Starts the threads that are missing for one more pool. demand: lives until it is removed;
  /// 1 ... kMaxThreads threads. Throws engine_failure, and then nothing is added.
  void add(const WorkerDemand& demand);
  /// Ends the threads when this was the last pool, and waits until they have ended.
  void remove(const WorkerDemand& demand) noexcept;
  /// Calls task(0) in the calling thread, and task(1) ... task(demand.threads - 1) there or in
  /// other threads. Returns when all have ended; if some have thrown, it throws what one of them
  /// threw. Allocates nothing. demand: one that was added.
  void run(const WorkerDemand& demand, const std::function<void(int)>& task);

 private:
  struct Job;
  struct Worker;
  using Workers = std::array<std::unique_ptr<Worker>, kMaxThreads>;

  SharedWorkers();
  ~SharedWorkers() = delete;

  static void before_fork();
  static void after_fork_in_parent();
  static void after_fork_in_child();

  void start_missing();
  void work(Worker& worker);
  void wait_for_call(Worker& worker, std::unique_lock<std::mutex>& lock);
  std::bitset<kMaxThreads> call_idle_workers(int count);
  void open(Job& job);
  int claim(Job& job, int preferred);
  void close(Job& job);

  std::mutex mutex_;
  // Guarded by mutex_:
  std::vector<const WorkerDemand*> demands_;
  Workers workers_;          ///< the first started_ of them
  std::size_t started_ = 0;  ///< as many as were ever wanted since there is a pool
  std::size_t wanted_ = 0;   ///< those beyond have nothing to do until more are wanted again
  unsigned paid_ = 0;        ///< processors, by the quota when the last pool was made; 0: no quota
  Job* first_open_ = nullptr;  ///< the oldest of those with parts that nobody has taken
  std::vector<Workers> lost_;  ///< threads that a fork has left in the parent
};

}  // namespace denoiseae
