// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/error.h>

#include <condition_variable>
#include <mutex>
#include <span>
#include <vector>

namespace denoiseae {

/// Lets the threads that each hold a part of one batch add up what they know of it, as batch norm
/// needs. All parts must ask for the same sums in the same order.
class SumExchange {
 public:
  explicit SumExchange(int parts) : values_(static_cast<std::size_t>(parts)) {}

  /// Replaces values by their sum over the parts, added in the order of the parts. Returns when all
  /// parts have come. Throws engine_failure when a part gave up.
  void add(int part, std::span<double> values) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return failed_ || leaving_ == 0; });
    values_[part].assign(values.begin(), values.end());
    if (++come_ == static_cast<int>(values_.size())) {
      leaving_ = come_;
      changed_.notify_all();
    }
    changed_.wait(lock, [this] { return failed_ || leaving_ > 0; });
    if (failed_) throw Error(ErrorCode::engine_failure, "another part of the batch failed");
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = 0;
      for (const std::vector<double>& v : values_) values[i] += v[i];
    }
    if (--leaving_ == 0) {
      come_ = 0;
      changed_.notify_all();
    }
  }

  /// Frees the other parts from waiting for this one.
  void give_up() {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::vector<double>> values_;  ///< guarded by mutex_
  int come_ = 0;                             ///< guarded by mutex_
  int leaving_ = 0;                          ///< guarded by mutex_
  bool failed_ = false;                      ///< guarded by mutex_
};

/// One thread's view of a batch that several share. A null exchange: the whole batch is here.
struct BatchPart {
  SumExchange* exchange = nullptr;
  int index = 0;
};

}  // namespace denoiseae
