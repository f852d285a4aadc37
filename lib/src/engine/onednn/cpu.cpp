// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/cpu.h"

#include "kernels/instruction_limit.h"

namespace denoiseae {

namespace {

dnnl::cpu_isa limit_of(InstructionSet set) {
  switch (set) {
    case InstructionSet::avx2:
      return dnnl::cpu_isa::avx2;
    case InstructionSet::avx_vnni:
      return dnnl::cpu_isa::avx2_vnni;
    case InstructionSet::avx512:
      return dnnl::cpu_isa::avx512_core;
    case InstructionSet::avx512_vnni:
      return dnnl::cpu_isa::avx512_core_vnni;
    case InstructionSet::avx512_bf16:
      return dnnl::cpu_isa::avx512_core_bf16;
    case InstructionSet::scalar:
    case InstructionSet::amx:
    case InstructionSet::neon:
      break;
  }
  return dnnl::cpu_isa::sse41;
}

/// oneDNN takes a limit only before it is asked for anything else. DNNL_MAX_CPU_ISA has a say only
/// where the library has no limit.
bool hold_onednn() {
  const InstructionSet limit = instruction_limit();
  if (limit != InstructionSet::amx && limit != InstructionSet::neon)
    dnnl::set_max_cpu_isa(limit_of(limit));
  return true;
}

}  // namespace

bool may_use(dnnl::cpu_isa wanted) {
  [[maybe_unused]] static const bool is_held = hold_onednn();
  const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto bits = static_cast<unsigned>(wanted);
  return (isa & bits) == bits;
}

}  // namespace denoiseae
