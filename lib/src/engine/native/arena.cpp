// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/arena.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace denoiseae {

namespace {

constexpr std::size_t kAlignment = 64;

std::size_t round_up(std::size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

std::size_t place_allocations(std::vector<Allocation>& allocations) {
  // Large ones first: small ones then find room between them.
  std::vector<std::size_t> order(allocations.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return allocations[a].bytes > allocations[b].bytes;
  });
  std::vector<const Allocation*> placed;  // sorted by offset
  std::size_t total = 0;
  for (const std::size_t index : order) {
    Allocation& allocation = allocations[index];
    allocation.offset = 0;
    for (const Allocation* other : placed) {
      const bool together = allocation.first <= other->last && other->first <= allocation.last;
      if (!together || other->offset + round_up(other->bytes) <= allocation.offset) continue;
      if (allocation.offset + round_up(allocation.bytes) <= other->offset) break;
      allocation.offset = other->offset + round_up(other->bytes);
    }
    const auto behind = std::find_if(placed.begin(), placed.end(), [&](const Allocation* other) {
      return other->offset > allocation.offset;
    });
    placed.insert(behind, &allocation);
    total = std::max(total, allocation.offset + round_up(allocation.bytes));
  }
  return total;
}

Arena::Arena(std::size_t bytes)
    : size_(std::max(round_up(bytes), kAlignment)),
      data_(static_cast<char*>(allocate_large(size_))) {
  // The system provides a page when it is first written, which must not happen during a frame.
  std::memset(data_.get(), 0, size_);
}

}  // namespace denoiseae
