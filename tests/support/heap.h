// SPDX-License-Identifier: LGPL-2.1-or-later
// A program that links this replaces operator new and malloc with versions that can be watched.
// A test that watches operator new is skipped where a sanitizer lets no program replace it.
#pragma once

#include <cstddef>

namespace denoiseae::test {

struct HeapUse {
  int allocations = 0;
  std::size_t largest = 0;  ///< bytes
};

/// Counts the allocations of all threads while it lives.
class WatchedHeap {
 public:
  WatchedHeap();
  ~WatchedHeap();
  WatchedHeap(const WatchedHeap&) = delete;
  WatchedHeap& operator=(const WatchedHeap&) = delete;

  HeapUse use() const;
};

/// Lets one call of operator new fail while it lives: the call of this number, counted from 0.
class FailingHeap {
 public:
  explicit FailingHeap(int number);
  ~FailingHeap();
  FailingHeap(const FailingHeap&) = delete;
  FailingHeap& operator=(const FailingHeap&) = delete;

  bool has_failed() const;
};

}  // namespace denoiseae::test
