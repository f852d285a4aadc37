// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/threads.h>

#include "workers.h"

namespace denoiseae {

Threads::Threads(unsigned count)
    : workers_(std::make_unique<Workers>(static_cast<int>(thread_count(count)))) {}
Threads::~Threads() = default;

unsigned Threads::count() const noexcept { return static_cast<unsigned>(workers_->count()); }

}  // namespace denoiseae
