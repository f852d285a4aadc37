// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/tiles.h"

#include "kernels/instruction_limit.h"

#ifdef __x86_64__
#include <cpuid.h>
#endif
#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace denoiseae {

namespace {

#if defined(__x86_64__) && defined(__linux__)
/// __builtin_cpu_supports of clang 14 does not know tiles.
bool cpu_has_tiles() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kOfBfloat16 = 1u << 22, kTiles = 1u << 24, kOfBytes = 1u << 25;
  constexpr unsigned kWanted = kOfBfloat16 | kTiles | kOfBytes;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kWanted) == kWanted;
}

/// Linux gives tiles only to processes that ask for them.
bool ask_for_tiles() {
  if (!__builtin_cpu_supports("avx512bf16") || !cpu_has_tiles()) return false;
  constexpr int kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#else
bool ask_for_tiles() { return false; }
#endif

}  // namespace

bool has_tiles() noexcept {
  static const bool found = is_allowed(InstructionSet::amx) && ask_for_tiles();
  return found;
}

}  // namespace denoiseae
