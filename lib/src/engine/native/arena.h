// SPDX-License-Identifier: LGPL-2.1-or-later
// One block of memory for everything that a plan computes on the way.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "system/large_memory.h"

namespace denoiseae {

/// Memory that is in use from one call of a plan to another, both included.
struct Allocation {
  std::size_t bytes = 0;
  int first = 0;
  int last = 0;
  std::size_t offset = 0;  ///< from the start of the arena
};

/// Sets the offsets, multiples of 64, so that no two allocations overlap that are in use at the
/// same call. Returns the bytes that all of them need.
std::size_t place_allocations(std::vector<Allocation>& allocations);

/// Zeroed memory, 64-byte aligned. Throws bad_alloc.
class Arena {
 public:
  explicit Arena(std::size_t bytes);
  char* data() const { return data_.get(); }
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(char* data) const { free_large(data); }
  };
  std::size_t size_;
  std::unique_ptr<char, Free> data_;
};

}  // namespace denoiseae
