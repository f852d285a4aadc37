// SPDX-License-Identifier: LGPL-2.1-or-later
// The instructions that oneDNN and the kernels around it may use.
#pragma once

#include <denoiseae/export.h>

#include <dnnl.hpp>

namespace denoiseae {

/// Whether oneDNN may use these instructions: the CPU has them, and the user has not told the
/// library, or oneDNN, to leave them alone.
DAE_API bool may_use(dnnl::cpu_isa wanted);

inline bool may_use_bfloat16() { return may_use(dnnl::cpu_isa::avx512_core_bf16); }
/// Dot products of 8 bits. On older CPUs oneDNN adds pairs of products in 16 bits, which overflow.
inline bool may_use_int8() {
  return may_use(dnnl::cpu_isa::avx512_core_vnni) || may_use(dnnl::cpu_isa::avx2_vnni);
}
inline bool may_use_amx() { return may_use(dnnl::cpu_isa::avx512_core_amx); }

}  // namespace denoiseae
