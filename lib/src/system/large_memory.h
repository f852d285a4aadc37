// SPDX-License-Identifier: LGPL-2.1-or-later
// Memory for buffers of megabytes, in large pages where the system has them.
#pragma once

#include <cstddef>
#include <vector>

namespace denoiseae {

/// Returns memory, 64-byte aligned, which free_large gives back. From 2 MiB on Linux is asked to
/// back it with pages of 2 MiB: it then provides the memory in a tenth of the time or less, and
/// addresses take fewer entries of the processor's translation buffers. Where these pages are
/// switched off, memory comes as always. Throws bad_alloc. Any threads may call it.
void* allocate_large(std::size_t bytes);
void free_large(void* memory) noexcept;

/// Lets a std::vector take its memory from allocate_large.
template <typename T>
struct LargeAllocator {
  using value_type = T;

  LargeAllocator() = default;
  template <typename Other>
  LargeAllocator(const LargeAllocator<Other>& /*other*/) {}

  T* allocate(std::size_t count) { return static_cast<T*>(allocate_large(count * sizeof(T))); }
  void deallocate(T* values, std::size_t /*count*/) noexcept { free_large(values); }

  template <typename Other>
  bool operator==(const LargeAllocator<Other>& /*other*/) const {
    return true;
  }
};

template <typename T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace denoiseae
