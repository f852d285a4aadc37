// SPDX-License-Identifier: LGPL-2.1-or-later
// Loops of multiply-accumulates in registers, one for each precision and instruction set. Each has
// so many independent sums that no instruction waits for the result of another one.
#pragma once

#include <cstdint>
#include <span>

namespace denoiseae::bench {

/// Takes so many turns through the loop, and returns the multiply-accumulates of all of them.
using PeakLoop = double(std::int64_t turns);

PeakLoop peak_float32_scalar;
PeakLoop peak_float32_avx2;
PeakLoop peak_int8_avx2;
PeakLoop peak_int8_avxvnni;
PeakLoop peak_float32_avx512;
PeakLoop peak_int8_avx512vnni;
PeakLoop peak_bfloat16_avx512bf16;
PeakLoop peak_bfloat16_amx;
PeakLoop peak_int8_amx;
PeakLoop peak_float32_neon;
PeakLoop peak_int8_neondot;
PeakLoop peak_bfloat16_neonbf16;
PeakLoop peak_int8_neoni8mm;

struct PeakEntry {
  const char* level;  ///< as DENOISEAE_MAX_ISA spells it
  const char* precision;
  PeakLoop* loop;
  bool available;  ///< on this processor
};

/// Returns THE table of loops for this architecture. A level has those precisions for which it
/// brings new instructions.
std::span<const PeakEntry> peak_entries();

}  // namespace denoiseae::bench
