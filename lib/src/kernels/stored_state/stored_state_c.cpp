// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/stored_state/stored_state_loops.h"

namespace denoiseae {

const StoredStateLoops kStoredStateC = {store, restore, mean, between};

}  // namespace denoiseae
