// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// Lets the library that multiplies matrices for LibTorch use one thread from now on, if it is
/// OpenBLAS. Muon multiplies small matrices a hundred times a step. OpenBLAS wakes a thread of its
/// own for each processor, and these wait for the next product at full load: half of a processor
/// was lost beside a training of one thread. Thread-safe.
void use_one_blas_thread() noexcept;

}  // namespace denoiseae
