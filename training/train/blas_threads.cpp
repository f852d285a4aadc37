// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/blas_threads.h"

#include <dlfcn.h>

namespace denoiseae {

void use_one_blas_thread() noexcept {
  using SetThreads = void (*)(int);
  const auto set = reinterpret_cast<SetThreads>(::dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (set != nullptr) set(1);
}

}  // namespace denoiseae
