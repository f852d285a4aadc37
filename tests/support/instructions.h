// SPDX-License-Identifier: LGPL-2.1-or-later
// For tests of headers that are compiled for one instruction set: nothing else of the test may run
// on a CPU that lacks it.
#pragma once

#include "support/check.h"

namespace denoiseae::test {

/// Skips the running test where the CPU lacks AVX2.
inline void need_avx2() {
  if (__builtin_cpu_supports("avx2") == 0) skip_test("this CPU lacks AVX2");
}

/// Skips the running test where the CPU lacks AVX-512 for bytes, words and short vectors.
inline void need_avx512() {
  if (__builtin_cpu_supports("avx512bw") == 0 || __builtin_cpu_supports("avx512vl") == 0)
    skip_test("this CPU lacks AVX-512");
}

/// Skips the running test where the CPU lacks AVX-512 for bfloat16.
inline void need_avx512bf16() {
  need_avx512();
  if (__builtin_cpu_supports("avx512bf16") == 0) skip_test("this CPU lacks bfloat16 in AVX-512");
}

}  // namespace denoiseae::test
