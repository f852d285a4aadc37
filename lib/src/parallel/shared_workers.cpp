// SPDX-License-Identifier: LGPL-2.1-or-later
#include "parallel/shared_workers.h"

#include <denoiseae/error.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "parallel/cpu_quota.h"

namespace denoiseae {

namespace {

/// Waits a little until ready() is true, or gives up. A frame has a dozen jobs, which follow each
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

template <typename Body>
std::exception_ptr failure_of(const Body& body) {
  try {
    body();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

}  // namespace

std::size_t workers_for(std::span<const WorkerDemand* const> demands, unsigned paid) {
  if (demands.empty()) return 0;
  constexpr int kMaxWorkers = SharedWorkers::kMaxThreads - 1;
  int sum = 0, largest = 0;
  ProcessorMask processors = demands.front()->processors;
  for (const WorkerDemand* demand : demands) {
    const int workers = demand->threads - 1;
    sum = std::min(sum + workers, kMaxWorkers);
    largest = std::max(largest, workers);
    processors.add(demand->processors);
  }
  const unsigned usable = processors.count();
  const auto others = static_cast<int>(paid != 0 ? std::min(usable, paid) : usable) - 1;
  return static_cast<std::size_t>(std::min(sum, std::max(largest, others)));
}

/// One call of run. It lives on the caller's stack.
struct SharedWorkers::Job {
  Job(const WorkerDemand& job_demand, const std::function<void(int)>& job_task)
      : demand(job_demand), task(job_task), unclaimed(job_demand.threads) {}

  const WorkerDemand& demand;
  const std::function<void(int)>& task;
  // Guarded by mutex_:
  int unclaimed;                     ///< the number of parts that nobody has taken
  std::size_t lowest = 0;            ///< no part below this one is unclaimed
  std::bitset<kMaxThreads> claimed;  ///< a bit for each part
  Job* next = nullptr;               ///< a younger open job
  std::exception_ptr failure;
  std::condition_variable done;
  // Written under mutex_:
  std::atomic<int> running = 0;  ///< the number of parts that workers have taken and not ended
};

struct SharedWorkers::Worker {
  explicit Worker(int worker_index) : index(worker_index) {}

  const int index;  ///< from 1
  std::thread thread;
  ProcessorMask processors = ProcessorMask::of_this_thread();  ///< where the thread may run
  std::condition_variable wake;
  // Guarded by mutex_:
  bool leaves = false;
  // Written under mutex_:
  std::atomic<bool> called = true;  ///< false while it waits for something to do
};

SharedWorkers::SharedWorkers() {
  if (::pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) != 0) {
    throw std::bad_alloc();
  }
}

SharedWorkers& SharedWorkers::of_process() {
  static auto* const workers = new SharedWorkers;
  return *workers;
}

void SharedWorkers::before_fork() { of_process().mutex_.lock(); }

void SharedWorkers::after_fork_in_parent() { of_process().mutex_.unlock(); }

void SharedWorkers::after_fork_in_child() {
  // No other thread of the parent is here. What the lost ones wait for must never be destroyed,
  // because that would wait for them.
  SharedWorkers& self = of_process();
  self.lost_.push_back(std::exchange(self.workers_, Workers()));
  self.started_ = 0;
  self.first_open_ = nullptr;
  self.mutex_.unlock();
}

void SharedWorkers::add(const WorkerDemand& demand) {
  const unsigned paid = processors_of_quota("/");
  const std::lock_guard lock(mutex_);
  const std::size_t wanted_before = wanted_;
  demands_.push_back(&demand);
  paid_ = paid;
  wanted_ = workers_for(demands_, paid_);
  try {
    start_missing();
  } catch (...) {
    demands_.pop_back();
    wanted_ = wanted_before;
    throw;
  }
}

void SharedWorkers::remove(const WorkerDemand& demand) noexcept {
  Workers leaving;
  {
    const std::lock_guard lock(mutex_);
    demands_.erase(std::find(demands_.begin(), demands_.end(), &demand));
    wanted_ = workers_for(demands_, paid_);
    if (!demands_.empty()) return;
    started_ = 0;
    std::swap(leaving, workers_);
    for (const auto& worker : leaving) {
      if (!worker) break;
      worker->leaves = true;
      worker->called = true;
    }
  }
  for (const auto& worker : leaving) {
    if (!worker) break;
    worker->wake.notify_one();
    worker->thread.join();
  }
}

void SharedWorkers::run(const WorkerDemand& demand, const std::function<void(int)>& task) {
  if (demand.threads == 1) {
    task(0);
    return;
  }
  Job job(demand, task);
  std::unique_lock lock(mutex_);
  start_missing();  // a child has none after a fork
  open(job);
  int part = claim(job, 0);
  const std::bitset<kMaxThreads> called = call_idle_workers(demand.threads - 1);
  const std::size_t started = started_;
  lock.unlock();
  // A thread that is woken while this one holds the lock would sleep at once again.
  for (std::size_t i = 0; i < started; ++i) {
    if (called[i]) workers_[i]->wake.notify_one();
  }
  while (true) {
    std::exception_ptr failure = failure_of([&] { task(part); });
    lock.lock();
    if (failure) job.failure = std::move(failure);
    if (job.unclaimed == 0) break;
    part = claim(job, 0);
    lock.unlock();
  }
  if (job.running != 0) {
    lock.unlock();
    wait_a_little([&] { return job.running == 0; });
    lock.lock();
    job.done.wait(lock, [&] { return job.running == 0; });
  }
  if (job.failure) std::rethrow_exception(job.failure);
}

/// Starts the threads that are wanted and are not there. The caller holds the lock.
void SharedWorkers::start_missing() {
  while (started_ < wanted_) {
    std::unique_ptr<Worker>& worker = workers_[started_];
    worker = std::make_unique<Worker>(static_cast<int>(started_) + 1);
    try {
      worker->thread = std::thread(&SharedWorkers::work, this, std::ref(*worker));
    } catch (const std::system_error& e) {
      worker.reset();
      throw Error(ErrorCode::engine_failure, "the system gives no " + std::to_string(wanted_ + 1) +
                                                 " threads: " + e.what() + "; ask for fewer");
    }
    ++started_;
  }
}

void SharedWorkers::work(Worker& worker) {
  name_this_thread(worker.index);
  std::unique_lock lock(mutex_);
  while (!worker.leaves) {
    Job* const job = worker.index <= static_cast<int>(wanted_) ? first_open_ : nullptr;
    if (job == nullptr) {
      wait_for_call(worker, lock);
      continue;
    }
    const int part = claim(*job, worker.index);
    ++job->running;
    lock.unlock();
    std::exception_ptr failure = failure_of([&] {
      if (worker.processors != job->demand.processors) {
        worker.processors = job->demand.processors;
        worker.processors.apply_to_this_thread();
      }
      job->task(part);
    });
    lock.lock();
    if (failure) job->failure = std::move(failure);
    if (--job->running == 0) job->done.notify_one();
  }
}

void SharedWorkers::wait_for_call(Worker& worker, std::unique_lock<std::mutex>& lock) {
  worker.called = false;
  lock.unlock();
  wait_a_little([&] { return worker.called.load(); });
  lock.lock();
  worker.wake.wait(lock, [&] { return worker.called.load(); });
}

/// Returns which of them, which may sleep. There are fewer than count where the others are busy.
std::bitset<SharedWorkers::kMaxThreads> SharedWorkers::call_idle_workers(int count) {
  std::bitset<kMaxThreads> called;
  for (std::size_t i = 0; i < std::min(started_, wanted_) && count > 0; ++i) {
    if (workers_[i]->called) continue;
    workers_[i]->called = true;
    called.set(i);
    --count;
  }
  return called;
}

void SharedWorkers::open(Job& job) {
  Job** link = &first_open_;
  while (*link != nullptr) link = &(*link)->next;
  *link = &job;
}

/// Takes a part of an open job, the preferred one if it can. A thread that has the same part of
/// every frame finds much of what it needs in the cache of its core.
int SharedWorkers::claim(Job& job, int preferred) {
  auto part = static_cast<std::size_t>(preferred);
  if (preferred >= job.demand.threads || job.claimed[part]) {
    while (job.claimed[job.lowest]) ++job.lowest;
    part = job.lowest;
  }
  job.claimed.set(part);
  if (--job.unclaimed == 0) close(job);
  return static_cast<int>(part);
}

void SharedWorkers::close(Job& job) {
  Job** link = &first_open_;
  while (*link != nullptr && *link != &job) link = &(*link)->next;
  if (*link != nullptr) *link = job.next;
}

}  // namespace denoiseae
