// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

namespace denoiseae {

/// "0.1.0"
DAE_API const char* version() noexcept;

}  // namespace denoiseae
