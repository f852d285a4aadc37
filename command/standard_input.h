// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>

#include "av.h"

namespace command {

struct FreeIo {
  void operator()(AVIOContext* io) const;
};
using IoPtr = std::unique_ptr<AVIOContext, FreeIo>;

/// Returns standard input for a demuxer. Waiting for it ends after a signal, in any thread. Files
/// that a shell has redirected can be searched. Throws std::bad_alloc.
IoPtr open_standard_input();

}  // namespace command
