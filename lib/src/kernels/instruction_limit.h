// SPDX-License-Identifier: LGPL-2.1-or-later
// The environment variable DENOISEAE_MAX_ISA, which holds all of the library to older instruction
// sets, for tests and benchmarks. It is read once.
#pragma once

#include <string_view>

namespace denoiseae {

/// The instruction sets that have kernels of their own. Those of x86, and then those of Arm, are
/// in the order of the processors that have them.
enum class InstructionSet {
  scalar,  ///< plain C++ for the oldest processors
  sse41,
  avx2,
  avx_vnni,
  avx512,
  avx512_vnni,
  avx512_bf16,
  amx,
  neon,
  neon_dot,
  neon_bf16,
  neon_i8mm,
};

/// Returns the largest set that the user allows: amx if the variable is not set or is none of the
/// names, and neon_i8mm on Arm.
InstructionSet instruction_limit() noexcept;

/// Returns whether the user holds any set back that kernels exist for.
bool is_limited() noexcept;

/// Returns whether the user allows a set. The CPU may lack it.
bool is_allowed(InstructionSet set) noexcept;
/// Returns the same for the set of a variant that a table of kernels names: c, sse41, avx2,
/// avxvnni, avx512, avx512vnni, avx512bf16, amx, neon, neondot, neonbf16, neoni8mm.
bool is_allowed(std::string_view variant) noexcept;

/// Returns the name of a set in the variable: "avx512_vnni" for example.
std::string_view name_of(InstructionSet set) noexcept;
/// Returns the set of a variant that a table of kernels names.
InstructionSet set_of_variant(std::string_view variant) noexcept;

/// Throws bad_argument if the variable is none of the names.
void check_instruction_limit();

}  // namespace denoiseae
