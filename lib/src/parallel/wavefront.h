// SPDX-License-Identifier: LGPL-2.1-or-later
// Grids whose blocks go by those before them, in several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "parallel/for_ranges.h"

namespace denoiseae {

/// The order of a raster as far as neighbours see: a block comes after those to its left in its row
/// and after all up to the next column of the row above. Rows wait for those above them, each in
/// the thread that has it. Not thread-safe.
class Wavefront {
 public:
  Wavefront() = default;
  /// Allocates for grids of at most so many rows.
  explicit Wavefront(int most_rows) : done_(static_cast<std::size_t>(most_rows)) {}

  /// Calls body(column, row) for each block; it must not throw. pool: null for the calling
  /// thread alone.
  template <typename Body>
  void run(ThreadPool* pool, int columns, int rows, const Body& body) {
    const int threads = pool == nullptr ? 1 : pool->count();
    for (std::atomic<int>& row : done_) row.store(0, std::memory_order_relaxed);
    const auto work = [&](int first) {
      for (int row = first; row < rows; row += threads) work_on_row(columns, row, body);
    };
    if (threads == 1) {
      work(0);
    } else {
      pool->run(std::cref(work));
    }
  }

 private:
  template <typename Body>
  void work_on_row(int columns, int row, const Body& body) {
    int above = row == 0 ? columns : 0;  // blocks known to be done there
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

  /// Before another thread gets the core, which may be the one that is waited for.
  static constexpr int kTries = 200;

  std::vector<std::atomic<int>> done_;  ///< blocks of each row
};

}  // namespace denoiseae
