// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/shared_primitives.h"

namespace denoiseae {

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

void clear_primitive_cache() {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  // Other libraries may use the cache, too, and find its size as they left it.
  int capacity = 0;
  if (dnnl_get_primitive_cache_capacity(&capacity) != dnnl_success || capacity == 0) return;
  dnnl_set_primitive_cache_capacity(0);
  dnnl_set_primitive_cache_capacity(capacity);
}

}  // namespace denoiseae
