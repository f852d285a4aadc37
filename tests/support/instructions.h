// SPDX-License-Identifier: LGPL-2.1-or-later
// For programs that are compiled for an instruction set, because they test a header for it. Nothing
// of them may run on a CPU that lacks it, not even a main. Theirs is in instructions.cpp, which is
// compiled for any CPU: it reports all their tests as skipped there.
#pragma once

#include <span>

#include "support/check.h"

namespace denoiseae::test {

enum class Instructions {
  avx2,
  avx512,  ///< for bytes, words and short vectors, too
};

struct InstructionSuite {
  const char* name;
  Instructions needed;
  std::span<const TTest* const> tests;
};

/// Each program defines it with constinit, so that no code runs to make it.
extern const InstructionSuite kInstructionSuite;

/// Skips the running test where the CPU lacks AVX-512 for bfloat16.
void need_avx512bf16();

}  // namespace denoiseae::test

/// The address of a test. The pointer that START_TEST defines is no constant.
#define DAE_TEST(name) (static_cast<void>(name), &name##_ttest)
