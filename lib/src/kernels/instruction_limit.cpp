// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/instruction_limit.h"

#include <denoiseae/error.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace denoiseae {

namespace {

constexpr const char* kVariable = "DENOISEAE_MAX_ISA";

struct Name {
  std::string_view limit;    ///< in the variable
  std::string_view variant;  ///< in the tables of kernels
  InstructionSet set;
};
constexpr std::array kNames = {
    Name{"scalar", "c", InstructionSet::scalar},
    Name{"sse41", "sse41", InstructionSet::sse41},
    Name{"avx2", "avx2", InstructionSet::avx2},
    Name{"avx_vnni", "avxvnni", InstructionSet::avx_vnni},
    Name{"avx512", "avx512", InstructionSet::avx512},
    Name{"avx512_vnni", "avx512vnni", InstructionSet::avx512_vnni},
    Name{"avx512_bf16", "avx512bf16", InstructionSet::avx512_bf16},
    Name{"amx", "amx", InstructionSet::amx},
    Name{"neon", "neon", InstructionSet::neon},
    Name{"neon_dot", "neondot", InstructionSet::neon_dot},
    Name{"neon_bf16", "neonbf16", InstructionSet::neon_bf16},
    Name{"neon_i8mm", "neoni8mm", InstructionSet::neon_i8mm},
};

#ifdef __aarch64__
constexpr InstructionSet kSmallest = InstructionSet::neon, kLargest = InstructionSet::neon_i8mm;
#else
constexpr InstructionSet kSmallest = InstructionSet::sse41, kLargest = InstructionSet::amx;
#endif

/// Whether processors of the architecture that this is compiled for may have a set.
bool is_of_this_architecture(InstructionSet set) {
  return set == InstructionSet::scalar || (set >= kSmallest && set <= kLargest);
}

std::optional<InstructionSet> limit_of(std::string_view text) {
  for (const Name& name : kNames)
    if (name.limit == text && is_of_this_architecture(name.set)) return name.set;
  return {};
}

}  // namespace

InstructionSet instruction_limit() noexcept {
  static const InstructionSet limit = [] {
    const char* const text = std::getenv(kVariable);
    return text == nullptr ? kLargest : limit_of(text).value_or(kLargest);
  }();
  return limit;
}

bool is_limited() noexcept { return instruction_limit() != kLargest; }

bool is_allowed(InstructionSet set) noexcept {
  return is_of_this_architecture(set) && set <= instruction_limit();
}

bool is_allowed(std::string_view variant) noexcept {
  for (const Name& name : kNames)
    if (name.variant == variant) return is_allowed(name.set);
  return true;
}

std::string_view name_of(InstructionSet set) noexcept {
  return kNames[static_cast<std::size_t>(set)].limit;
}

InstructionSet set_of_variant(std::string_view variant) noexcept {
  for (const Name& name : kNames)
    if (name.variant == variant) return name.set;
  return InstructionSet::scalar;
}

void check_instruction_limit() {
  const char* const text = std::getenv(kVariable);
  if (text == nullptr || limit_of(text)) return;
  std::string known;
  for (const Name& name : kNames)
    if (is_of_this_architecture(name.set))
      known += (known.empty() ? "" : ", ") + std::string(name.limit);
  throw Error(ErrorCode::bad_argument, std::string("the environment variable ") + kVariable +
                                           " is \"" + text + "\", expected one of " + known +
                                           "; correct it, or unset it to use all instructions");
}

}  // namespace denoiseae
