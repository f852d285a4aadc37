// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>
#include <denoiseae/threads.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <thread>

#include "workers.h"

namespace denoiseae {

namespace {

std::unique_ptr<Workers> make_workers(unsigned count) {
  const unsigned wanted = count != 0 ? count : std::max(1u, std::thread::hardware_concurrency());
  try {
    return std::make_unique<Workers>(static_cast<int>(wanted));
  } catch (const std::system_error& e) {
    throw Error(ErrorCode::engine_failure, "the system gives no " + std::to_string(wanted) +
                                               " threads: " + e.what() + "; ask for fewer");
  }
}

}  // namespace

Threads::Threads(unsigned count) : workers_(make_workers(count)) {}
Threads::~Threads() = default;

unsigned Threads::count() const noexcept { return static_cast<unsigned>(workers_->count()); }

}  // namespace denoiseae
