// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

namespace denoiseae {

/// Returns the version of the library, "0.1.0" for example.
DAE_API const char* version() noexcept;

}  // namespace denoiseae
