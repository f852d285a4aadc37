// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// Returns the version of the library, "0.2.0" for example.
const char* version() noexcept;

}  // namespace denoiseae

#ifndef DENOISEAE_INSIDE
#include <denoiseae/detail/version.h>
#endif
