// SPDX-License-Identifier: LGPL-2.1-or-later
#include <dlfcn.h>
#include <torch/torch.h>

#include "support/check.h"
#include "train/blas_threads.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_openblas_has_one_thread) {
  // Another library may multiply for this LibTorch; then there is nothing to set.
  const auto threads =
      reinterpret_cast<int (*)()>(::dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
  use_one_blas_thread();
  if (threads != nullptr) ck_assert_int_eq(threads(), 1);
  const torch::Tensor ones = torch::ones({32, 32});
  ck_assert(torch::equal(torch::mm(ones, ones), torch::full({32, 32}, 32.0f)));
}
END_TEST

int main() { return run_suite("blas_threads", {test_openblas_has_one_thread}); }
