// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <dnnl.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace denoiseae {

/// A primitive, and the layouts that it was made for.
struct ChosenPrimitive {
  dnnl::primitive primitive;
  dnnl::memory::desc source;
  dnnl::memory::desc result;
  dnnl::memory::desc weights;
  dnnl::memory::desc scratchpad;
  std::int64_t memory_bytes = 0;  ///< an estimate, because oneDNN does not tell
};

/// The primitives of one engine, whose row tiles and bands need few kinds. Each holds machine code
/// of its own, and takes a millisecond to make. Thread-safe.
class DAE_API SharedPrimitives {
 public:
  /// Returns the primitive that key describes in full. make: returns it; called when no plan has
  /// asked for this key yet. The result is valid as long as this is.
  template <typename Make>
  const ChosenPrimitive& get(const std::string& key, const Make& make) {
    Entry& entry = entry_of(key);
    // Threads that ask for different primitives make them at the same time.
    const std::lock_guard lock(entry.mutex);
    if (!entry.chosen) entry.chosen = make();
    return *entry.chosen;
  }

  std::int64_t memory_bytes() const;

 private:
  struct Entry {
    mutable std::mutex mutex;
    std::optional<ChosenPrimitive> chosen;  ///< guarded by mutex
  };

  Entry& entry_of(const std::string& key);

  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;  ///< guarded by mutex_
};

/// A thread that makes primitives holds one of these meanwhile, so that the cache is not emptied.
/// oneDNN 2.6 takes the description of a primitive from its cache. If the primitive leaves the
/// cache before another one is made of that description, oneDNN reads memory that was freed.
class DAE_API PrimitiveCacheUse {
 public:
  PrimitiveCacheUse();
  ~PrimitiveCacheUse();
  PrimitiveCacheUse(const PrimitiveCacheUse&) = delete;
  PrimitiveCacheUse& operator=(const PrimitiveCacheUse&) = delete;
};

/// Empties the cache in which oneDNN keeps the last thousand primitives of the process, but for a
/// few. Every frame size adds to it, and an engine keeps what it needs itself. Primitives that are
/// in use live on. Returns false, and does nothing, while a thread makes primitives; who makes them
/// calls this afterwards, and so the last one empties the cache.
DAE_API bool clear_primitive_cache();

}  // namespace denoiseae
