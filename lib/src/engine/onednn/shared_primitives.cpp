// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/shared_primitives.h"

#include <shared_mutex>

namespace denoiseae {

namespace {

std::shared_mutex& cache_mutex() {
  static std::shared_mutex mutex;
  return mutex;
}

}  // namespace

SharedPrimitives::Entry& SharedPrimitives::entry_of(const std::string& key) {
  const std::lock_guard lock(mutex_);
  return entries_[key];
}

std::int64_t SharedPrimitives::memory_bytes() const {
  const std::lock_guard lock(mutex_);
  std::int64_t bytes = 0;
  for (const auto& [key, entry] : entries_) {
    const std::lock_guard entry_lock(entry.mutex);
    if (entry.chosen) bytes += entry.chosen->memory_bytes;
  }
  return bytes;
}

PrimitiveCacheUse::PrimitiveCacheUse() { cache_mutex().lock_shared(); }
PrimitiveCacheUse::~PrimitiveCacheUse() { cache_mutex().unlock_shared(); }

bool clear_primitive_cache() {
  // Other libraries of the process may use the cache, too, and hold no lock of ours. What they have
  // just looked up is among the last primitives, which stay.
  constexpr int kKept = 4;
  const std::unique_lock lock(cache_mutex(), std::try_to_lock);
  if (!lock) return false;
  // They find the size of the cache as they left it.
  int capacity = 0;
  if (dnnl_get_primitive_cache_capacity(&capacity) != dnnl_success || capacity <= kKept)
    return true;
  dnnl_set_primitive_cache_capacity(kKept);
  dnnl_set_primitive_cache_capacity(capacity);
  return true;
}

}  // namespace denoiseae
