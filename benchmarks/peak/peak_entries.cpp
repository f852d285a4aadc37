// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>

#include "kernels/tiles.h"
#include "peak_loops.h"

#ifdef __x86_64__
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace denoiseae::bench {

namespace {

#ifdef __x86_64__
/// Not all compilers that build this know the name of the feature.
bool has_avx_vnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kAvxVnni = 1u << 4;
  return __builtin_cpu_supports("avx2") != 0 && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 &&
         (a & kAvxVnni) != 0;
}
#endif

}  // namespace

std::span<const PeakEntry> peak_entries() {
#ifdef __x86_64__
  static const bool has_avx2 =
      __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
#elif defined(__aarch64__)
  const unsigned long features = getauxval(AT_HWCAP), more_features = getauxval(AT_HWCAP2);
#endif
  static const std::array entries = {
      PeakEntry{"scalar", "float32", peak_float32_scalar, true},
#ifdef __x86_64__
      // The compiler takes vectors of four floats for plain C++, and SSE4.1 has no larger ones.
      PeakEntry{"sse41", "float32", peak_float32_scalar, __builtin_cpu_supports("sse4.1") != 0},
      PeakEntry{"avx2", "float32", peak_float32_avx2, has_avx2},
      PeakEntry{"avx2", "int8", peak_int8_avx2, has_avx2},
      PeakEntry{"avx_vnni", "int8", peak_int8_avxvnni, has_avx_vnni()},
      PeakEntry{"avx512", "float32", peak_float32_avx512, __builtin_cpu_supports("avx512f") != 0},
      PeakEntry{"avx512_vnni", "int8", peak_int8_avx512vnni,
                __builtin_cpu_supports("avx512vnni") != 0},
      PeakEntry{"avx512_bf16", "bfloat16", peak_bfloat16_avx512bf16,
                __builtin_cpu_supports("avx512bf16") != 0},
      PeakEntry{"amx", "bfloat16", peak_bfloat16_amx, has_tiles()},
      PeakEntry{"amx", "int8", peak_int8_amx, has_tiles()},
#elif defined(__aarch64__)
      PeakEntry{"neon", "float32", peak_float32_neon, true},
      PeakEntry{"neon_dot", "int8", peak_int8_neondot, (features & HWCAP_ASIMDDP) != 0},
      PeakEntry{"neon_bf16", "bfloat16", peak_bfloat16_neonbf16,
                (more_features & HWCAP2_BF16) != 0},
      PeakEntry{"neon_i8mm", "int8", peak_int8_neoni8mm, (more_features & HWCAP2_I8MM) != 0},
#endif
  };
  return entries;
}

}  // namespace denoiseae::bench
