// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads for functions that work on one frame at a time.
#pragma once

#include <denoiseae/export.h>

#include <memory>

namespace denoiseae {

class Workers;

/// Threads that share the work of whoever calls, and sleep in between. Handed to one call at a
/// time.
class DAE_API Threads {
 public:
  /// count: how many work at a time, the calling one included; 0 = as many as the machine has.
  /// Throws engine_failure when the system gives no more threads.
  explicit Threads(unsigned count = 0);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  unsigned count() const noexcept;
  /// For the library itself.
  Workers& workers() noexcept { return *workers_; }

 private:
  std::unique_ptr<Workers> workers_;
};

}  // namespace denoiseae
