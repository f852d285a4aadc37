// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan while it is made: its calls, and the memory that they use.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/native/arena.h"
#include "engine/native/weights.h"
#include "engine/rows.h"

namespace denoiseae {

/// A place in the arena, as a number of bytes from the start of an allocation.
struct BufferRef {
  int allocation = 0;
  std::size_t offset = 0;
  BufferRef operator+(std::size_t bytes) const { return {allocation, offset + bytes}; }
};

/// The memory of one run, and the caller's rows.
struct Addresses {
  char* arena = nullptr;
  const std::vector<Allocation>* allocations = nullptr;
  RowSource* source = nullptr;
  RowSink* sink = nullptr;
  std::size_t set = 0;  ///< the set of scales that values are quantised with

  char* of(BufferRef buffer) const {
    return arena + (*allocations)[buffer.allocation].offset + buffer.offset;
  }
};

struct KernelCall {
  explicit KernelCall(std::function<void(const Addresses&)> call) : run(std::move(call)) {}

  /// Runs in one thread at a time; allocates nothing.
  std::function<void(const Addresses&)> run;
  std::string convolution;  ///< its name; empty: it is none
};

struct PlanBuilder {
  Weights& weights;
  float slope = 0;  ///< leaky_relu's
  std::vector<KernelCall> calls;
  std::vector<Allocation> allocations;
  std::size_t sets = 1;  ///< the number of sets of scales

  /// Memory that the next call fills.
  BufferRef reserve(std::size_t bytes) {
    const int call = static_cast<int>(calls.size());
    allocations.push_back({bytes, call, call});
    return {static_cast<int>(allocations.size()) - 1};
  }
  /// The next call reads or writes this.
  void use(BufferRef buffer) {
    int& last = allocations[buffer.allocation].last;
    last = std::max(last, static_cast<int>(calls.size()));
  }
};

}  // namespace denoiseae
