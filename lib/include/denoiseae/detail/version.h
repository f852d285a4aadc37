// SPDX-License-Identifier: LGPL-2.1-or-later
// The code of version.h, over the C interface.
#pragma once

#include <denoiseae/denoiseae.h>
#include <denoiseae/version.h>

namespace denoiseae {

inline const char* version() noexcept { return denoiseae_version(); }

}  // namespace denoiseae
