// SPDX-License-Identifier: LGPL-2.1-or-later
#include "system/large_memory.h"

#include <cstdint>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace denoiseae {

namespace {

constexpr std::align_val_t kCacheLine{64};

/// Asks for large pages. The memory does not begin with one: buffers that all begin at the same
/// place of a page fight for the same lines of the caches, which costs 3 % of a frame's time.
void want_large_pages(void* memory, std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::size_t kLargePageBytes = std::size_t{2} << 20;
  if (bytes < kLargePageBytes) return;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t end = (begin + bytes) / page * page;
  // A refusal changes nothing but speed.
  madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
#else
  static_cast<void>(memory);
  static_cast<void>(bytes);
#endif
}

}  // namespace

void* allocate_large(std::size_t bytes) {
  void* const memory = ::operator new(bytes, kCacheLine);
  want_large_pages(memory, bytes);
  return memory;
}

void free_large(void* memory) noexcept { ::operator delete(memory, kCacheLine); }

}  // namespace denoiseae
