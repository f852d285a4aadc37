// SPDX-License-Identifier: LGPL-2.1-or-later
// Visits grids whose blocks depend on the blocks before them, in several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "parallel/for_ranges.h"

namespace denoiseae {

/// Visits blocks so that each comes after those to its left, and after those of the row above up to
/// the column to its right. A thread takes the next row that nobody has, and waits for the row
/// above where it must. That row was taken before, by a thread that is at work on it, so that the
/// wait ends however many threads there are. Not thread-safe.
class Wavefront {
 public:
  Wavefront() = default;
  /// Allocates all memory for grids of at most max_rows rows.
  explicit Wavefront(int max_rows) : done_(static_cast<std::size_t>(max_rows)) {}

  /// Calls body(column, row) for each block; it must not throw. pool: null for the calling
  /// thread alone.
  template <typename Body>
  void run(ThreadPool* pool, int columns, int rows, const Body& body) {
    for (std::atomic<int>& row : done_) row.store(0, std::memory_order_relaxed);
    std::atomic<int> next = 0;
    const auto work = [&](int) {
      for (int row = next++; row < rows; row = next++) work_on_row(columns, row, body);
    };
    if (pool == nullptr) {
      work(0);
    } else {
      pool->run(std::cref(work));
    }
  }

 private:
  template <typename Body>
  void work_on_row(int columns, int row, const Body& body) {
    int above = row == 0 ? columns : 0;  // blocks of the row above that are known to be done
    for (int column = 0; column < columns; ++column) {
      const int needed = std::min(column + 2, columns);
      for (int tries = 0; above < needed; ++tries) {
        above = done_[row - 1].load(std::memory_order_acquire);
        if (above < needed && tries > kTries) std::this_thread::yield();
      }
      body(column, row);
      done_[row].store(column + 1, std::memory_order_release);
    }
  }

  /// After so many tries the thread gives its core to another one, which may be the one that it
  /// waits for.
  static constexpr int kTries = 200;

  std::vector<std::atomic<int>> done_;  ///< the number of finished blocks in each row
};

}  // namespace denoiseae
