// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// Returns a Poisson number of the given mean (at least 0) as a double without a fraction, which
/// has room for any size. It is made from a uniform deviate of 0 ... 1 or from a normal one of mean
/// 0 and deviation 1, which must be independent of each other. The mean decides which of the two is
/// used. Callers draw both in any case, so that their sequence of random numbers does not depend on
/// the mean. The result is the same on every machine.
double poisson(double mean, double uniform, double normal);

}  // namespace denoiseae
