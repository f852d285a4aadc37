// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/convert/convert_loops.h"

namespace denoiseae {

const ConvertLoops kConvertC = kConvertLoops;

}  // namespace denoiseae
