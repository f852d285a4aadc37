// SPDX-License-Identifier: LGPL-2.1-or-later
// A network compiled for one size: what is computed, in which order, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/native/arena.h"
#include "engine/native/fused_ops.h"
#include "engine/native/number_formats.h"
#include "engine/native/plan_builder.h"
#include "engine/native/weights.h"
#include "net/fold.h"

namespace denoiseae {

/// Computes some rows of the output, and of everything before it only the rows that these need.
/// Rows at an edge of the picture are padded with zeros there, as the whole picture would be, and
/// others meet their true neighbours: parts together are, bit for bit, the whole. Used by one
/// thread at a time.
class Plan {
 public:
  /// height, width: the size of the pictures. rows: those of the output that it computes. Sums are
  /// float32, or 32-bit integers. Throws bad_alloc.
  Plan(const FoldedNetwork& network, int height, int width, RowRange rows,
       const NumberFormat& format, Weights& weights);

  /// source and sink: of the whole pictures. set: of the format's, which values are quantised with.
  /// Allocates nothing.
  void run(RowSource& source, RowSink& sink, std::size_t set = 0);

  /// From here on runs add up the time of their convolutions, with what follows in the same call.
  void time_convolutions() { is_timed_ = true; }
  /// Returns the milliseconds of each convolution by its name.
  const std::map<std::string, double>& convolution_times() const { return convolution_times_; }

  std::int64_t memory_bytes() const {
    constexpr std::size_t kCallBytes = 1000;  // about what a call and its arguments take
    return static_cast<std::int64_t>(arena_.size() + calls_.size() * kCallBytes);
  }

 private:
  explicit Plan(PlanBuilder builder);
  void run_timed(const Addresses& addresses);

  std::vector<KernelCall> calls_;
  std::vector<Allocation> allocations_;
  Arena arena_;
  bool is_timed_ = false;
  std::map<std::string, double> convolution_times_;
};

}  // namespace denoiseae
