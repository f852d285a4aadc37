// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/heap.h"

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include "support/sanitized.h"

namespace {

std::atomic<bool> counting{false};
std::atomic<int> allocations{0};
std::atomic<std::size_t> largest{0};
std::atomic<bool> failing{false};
std::atomic<int> calls_before_failure{0};

#ifndef DAE_OPERATORS_STAY
void count(std::size_t bytes) {
  if (!counting) return;
  ++allocations;
  std::size_t before = largest;
  while (bytes > before && !largest.compare_exchange_weak(before, bytes)) {
  }
}

void* allocate(std::size_t bytes, std::size_t alignment) {
  count(bytes);
  if (failing && calls_before_failure-- == 0) throw std::bad_alloc();
  void* memory = nullptr;
  if (::posix_memalign(&memory, std::max(alignment, sizeof(void*)), bytes) != 0) {
    throw std::bad_alloc();
  }
  return memory;
}

// Out of sight of the compiler, which takes free for the wrong end of new.
void release(void* memory) __attribute__((noinline));
void release(void* memory) { std::free(memory); }

constexpr std::size_t kDefaultAlignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
#endif

void need_our_operators() {
#ifdef DAE_OPERATORS_STAY
  denoiseae::test::skip_test("ThreadSanitizer has an operator new that no program can replace");
#endif
}

}  // namespace

#ifndef DAE_OPERATORS_STAY
void* operator new(std::size_t bytes) { return allocate(bytes, kDefaultAlignment); }
void* operator new[](std::size_t bytes) { return allocate(bytes, kDefaultAlignment); }
// A sanitizer has a version of this, whose memory operator delete below could not release.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return allocate(bytes, kDefaultAlignment);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
#endif

// A sanitizer has a malloc of its own.
#ifndef DAE_SANITIZED
extern "C" void* __libc_malloc(std::size_t bytes);
extern "C" void* __libc_memalign(std::size_t alignment, std::size_t bytes);

extern "C" void* malloc(std::size_t bytes) {
  count(bytes);
  return __libc_malloc(bytes);
}
extern "C" int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) {
  // allocate() is counted by its own caller.
  Dl_info here{};
  Dl_info caller{};
  dladdr(reinterpret_cast<void*>(&allocate), &here);
  dladdr(__builtin_return_address(0), &caller);
  if (here.dli_fbase != caller.dli_fbase) count(bytes);
  *memory = __libc_memalign(alignment, bytes);
  return *memory != nullptr ? 0 : 12;
}
#endif

namespace denoiseae::test {

WatchedHeap::WatchedHeap() {
  need_our_operators();
  allocations = 0;
  largest = 0;
  counting = true;
}
WatchedHeap::~WatchedHeap() { counting = false; }
HeapUse WatchedHeap::use() const { return {allocations, largest}; }

FailingHeap::FailingHeap(int number) {
  need_our_operators();
  calls_before_failure = number;
  failing = true;
}
FailingHeap::~FailingHeap() { failing = false; }
bool FailingHeap::has_failed() const { return calls_before_failure < 0; }

}  // namespace denoiseae::test
