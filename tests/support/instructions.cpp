// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/instructions.h"

namespace denoiseae::test {

namespace {

/// Returns why this CPU cannot run the tests, and null where it can.
const char* find_lack(Instructions needed) {
  if (needed == Instructions::avx2)
    return __builtin_cpu_supports("avx2") != 0 ? nullptr : "this CPU lacks AVX2";
  const bool has_avx512 =
      __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0;
  return has_avx512 ? nullptr : "this CPU lacks AVX-512";
}

}  // namespace

void need_avx512bf16() {
  if (__builtin_cpu_supports("avx512bf16") == 0) skip_test("this CPU lacks bfloat16 in AVX-512");
}

}  // namespace denoiseae::test

int main() {
  using namespace denoiseae::test;
  const InstructionSuite& suite = kInstructionSuite;
  return run_suite(suite.name, suite.tests, find_lack(suite.needed));
}
