// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/stored_past_loops.h"

namespace denoiseae {

const StoredPastLoops kStoredPastC = {store, restore, mean, between};

}  // namespace denoiseae
