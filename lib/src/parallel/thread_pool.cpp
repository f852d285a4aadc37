// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/thread_pool.h>

#include <algorithm>

#include "parallel/shared_workers.h"
#include "parallel/thread_count.h"
#include "system/translate_errors.h"

namespace denoiseae {

/// A share of the threads of the process.
class ThreadPool::Impl {
 public:
  explicit Impl(unsigned count)
      : demand_{static_cast<int>(std::min<unsigned>(count, SharedWorkers::kMaxThreads)),
                ProcessorMask::of_this_thread()} {
    SharedWorkers::of_process().add(demand_);
  }
  ~Impl() { SharedWorkers::of_process().remove(demand_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  int count() const { return demand_.threads; }
  void run(const std::function<void(int)>& task) const {
    SharedWorkers::of_process().run(demand_, task);
  }

 private:
  WorkerDemand demand_;
};

ThreadPool::ThreadPool(unsigned count)
    : impl_(translate_errors([] { return "threads"; },
                             [&] { return std::make_unique<Impl>(thread_count(count)); })) {}
ThreadPool::~ThreadPool() = default;

int ThreadPool::count() const noexcept { return impl_->count(); }

void ThreadPool::run(const std::function<void(int)>& task) { impl_->run(task); }

}  // namespace denoiseae
