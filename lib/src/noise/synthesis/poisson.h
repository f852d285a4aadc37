// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

namespace denoiseae {

/// A Poisson number, as a whole double of any size: of the given mean (at least 0), from a uniform
/// deviate of 0 ... 1 and a normal one of mean 0 and deviation 1, independent of each other. Which
/// of the two it uses depends on the mean, so that callers draw both and stay in step. The same on
/// every machine.
DAE_API double poisson(double mean, double uniform, double normal);

}  // namespace denoiseae
