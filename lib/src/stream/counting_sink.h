// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>

#include <atomic>
#include <thread>

#include "engine/rows.h"

namespace denoiseae {

/// Hands rows on to another sink, and reports how many of them are done: in the thread that made
/// it, whenever that thread has finished some.
class CountingSink final : public RowSink {
 public:
  /// rows: of the whole output. sink, report: must outlive this.
  CountingSink(RowSink& sink, int rows, const ProgressCallback& report)
      : sink_(sink), rows_(rows), report_(report) {}

  void write_state(int first_row, const TensorView& rows) override {
    sink_.write_state(first_row, rows);
  }
  void write_output(int first_row, const TensorView& input, const TensorView& output) override {
    const int done = done_.fetch_add(output.height) + output.height;
    sink_.write_output(first_row, input, output);
    // The end is told when all threads have finished.
    if (std::this_thread::get_id() == caller_ && done < rows_)
      report_(static_cast<double>(done) / rows_);
  }

 private:
  RowSink& sink_;
  const int rows_;
  const ProgressCallback& report_;
  const std::thread::id caller_ = std::this_thread::get_id();
  std::atomic<int> done_ = 0;
};

}  // namespace denoiseae
