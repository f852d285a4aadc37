// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/version.h>

namespace denoiseae {

const char* version() noexcept { return DAE_VERSION; }

}  // namespace denoiseae
