// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace command {

/// A queue of bounded length between two threads. A thread that puts waits while it is full, and
/// one that takes waits while it is empty.
template <typename Item>
class Channel {
 public:
  explicit Channel(std::size_t capacity) : capacity_(capacity) {}

  /// Returns false when the channel is broken, and nobody takes any more.
  bool put(Item item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return broken_ || items_.size() < capacity_; });
    if (broken_) return false;
    items_.push_back(std::move(item));
    changed_.notify_all();
    return true;
  }

  /// Returns nothing when the channel is broken, or has ended and is empty.
  std::optional<Item> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return broken_ || ended_ || !items_.empty(); });
    if (broken_ || items_.empty()) return std::nullopt;
    std::optional<Item> item(std::move(items_.front()));
    items_.pop_front();
    changed_.notify_all();
    return item;
  }

  /// Says that nothing more will be put.
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  /// Wakes both sides for good, after an error.
  void break_off() {
    const std::lock_guard lock(mutex_);
    broken_ = true;
    items_.clear();
    changed_.notify_all();
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;  // guarded by mutex_, as are the flags
  bool ended_ = false;
  bool broken_ = false;
};

}  // namespace command
