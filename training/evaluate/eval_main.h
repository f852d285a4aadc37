// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ostream>

namespace denoiseae {

/// Runs the program denoiseae-eval. Results go to out, messages to err. Returns the exit code: 0
/// ok, 1 failed, 2 bad usage.
int eval_main(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace denoiseae
