// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <dnnl.hpp>

namespace denoiseae {

/// Whether oneDNN may use these instructions: the CPU has them, and the user has not told oneDNN to
/// leave them alone.
inline bool may_use(dnnl::cpu_isa wanted) {
  const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto bits = static_cast<unsigned>(wanted);
  return (isa & bits) == bits;
}

inline bool may_use_amx() { return may_use(dnnl::cpu_isa::avx512_core_amx); }

}  // namespace denoiseae
