// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <string_view>

namespace denoiseae {

enum class LogLevel { error, warning, info, debug };

/// Receives the messages of the library, which never prints itself. May be empty. It is called from
/// the thread that called the library. What it throws leaves the call that reported.
using LogCallback = std::function<void(LogLevel, std::string_view)>;

}  // namespace denoiseae
