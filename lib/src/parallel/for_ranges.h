// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/thread_pool.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>

namespace denoiseae {

/// Calls body(begin, end) for ranges that together are 0 ... count - 1, in any order and in several
/// threads. There are more ranges than threads, so that a thread that other programs slow down
/// takes fewer of them. pool: null for the calling thread alone. Returns when all are done. Throws
/// as ThreadPool::run does.
template <typename Body>
void for_ranges(ThreadPool* pool, int count, const Body& body) {
  if (pool == nullptr || pool->count() < 2) {
    if (count > 0) body(0, count);
    return;
  }
  constexpr int kRangesEach = 4;
  const int ranges = std::min(count, kRangesEach * pool->count());
  std::atomic<int> next = 0;
  const auto work = [&](int) {
    for (int i = next++; i < ranges; i = next++)
      body(static_cast<int>(std::int64_t{count} * i / ranges),
           static_cast<int>(std::int64_t{count} * (i + 1) / ranges));
  };
  pool->run(std::cref(work));
}

}  // namespace denoiseae
