// SPDX-License-Identifier: LGPL-2.1-or-later
// The instruction sets of x86 that several tables of variants ask for.
#pragma once

#ifdef __x86_64__

namespace denoiseae {

/// Returns whether the processor runs files that are compiled for AVX2, FMA, BMI and F16C. Every
/// processor with the first two has the others.
inline bool has_avx2() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
}

/// Returns whether the processor runs files that are compiled for AVX512F, BW, CD, DQ and VL. Every
/// processor with BW, DQ and VL has the others.
inline bool has_avx512() {
  return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0;
}

}  // namespace denoiseae

#endif
