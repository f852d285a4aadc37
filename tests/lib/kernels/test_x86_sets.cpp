// SPDX-License-Identifier: LGPL-2.1-or-later
// The sets against what the processor says of itself. The bits are those of Intel's Software
// Developer's Manual, volume 2A, CPUID.
#include "kernels/x86_sets.h"
#include "support/check.h"

#ifdef __x86_64__
#include <cpuid.h>
#endif

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

#ifdef __x86_64__
/// Returns whether the processor has all features whose bits are set in EBX of leaf 7 and in ECX of
/// leaf 1. The operating system may still hold them back.
bool has_bits(unsigned ebx_of_7, unsigned ecx_of_1) {
  unsigned a = 0, b = 0, c = 0, d = 0, b7 = 0;
  if (__get_cpuid_count(7, 0, &a, &b7, &c, &d) == 0 || __get_cpuid(1, &a, &b, &c, &d) == 0)
    return false;
  return (b7 & ebx_of_7) == ebx_of_7 && (c & ecx_of_1) == ecx_of_1;
}

constexpr unsigned kAvx2 = 1u << 5, kFma = 1u << 12, kBmi = 1u << 3, kBmi2 = 1u << 8,
                   kF16c = 1u << 29;
constexpr unsigned kAvx512f = 1u << 16, kAvx512dq = 1u << 17, kAvx512cd = 1u << 28,
                   kAvx512bw = 1u << 30, kAvx512vl = 1u << 31;
#endif

}  // namespace

START_TEST(test_a_set_has_all_that_its_files_are_compiled_for) {
#ifdef __x86_64__
  if (!has_avx2()) skip_test("this CPU lacks AVX2");
  ck_assert(has_bits(kAvx2 | kBmi | kBmi2, kFma | kF16c));
  if (has_avx512()) {
    ck_assert(has_bits(kAvx512f | kAvx512dq | kAvx512cd | kAvx512bw | kAvx512vl, kFma));
    ck_assert(has_avx2());
  }
#else
  skip_test("these sets are x86's");
#endif
}
END_TEST

START_TEST(test_a_processor_without_a_feature_lacks_the_set) {
#ifdef __x86_64__
  if (!has_bits(kAvx2, kFma)) ck_assert(!has_avx2());
  if (!has_bits(kAvx512dq | kAvx512bw | kAvx512vl, 0)) ck_assert(!has_avx512());
#else
  skip_test("these sets are x86's");
#endif
}
END_TEST

int main() {
  return run_suite("x86_sets", {test_a_set_has_all_that_its_files_are_compiled_for,
                                test_a_processor_without_a_feature_lacks_the_set});
}
