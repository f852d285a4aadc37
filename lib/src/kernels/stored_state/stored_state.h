// SPDX-License-Identifier: LGPL-2.1-or-later
// The past of a stream as it is kept from frame to frame: whole numbers of 16 bits, half the memory
// that floats take to write and to read again.
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace denoiseae {

/// What 1 stands for: values reach from -2 to below 2 in steps of a 64th of an 8-bit code.
inline constexpr float kStoredUnit = 1.0f / 16384;

struct StoredStateLoops {
  /// Rounds to nearest, ties to even, and clamps.
  void (*store)(const float* from, int count, std::int16_t* to);
  void (*restore)(const std::int16_t* from, int count, float* to);
  /// Of four rows.
  void (*mean)(const std::int16_t* a, const std::int16_t* b, const std::int16_t* c,
               const std::int16_t* d, int count, float* to);
  /// Bilinear, as bilinear in temporal/half_position.h.
  void (*between)(const std::int16_t* a, const std::int16_t* b, const std::int16_t* c,
                  const std::int16_t* d, float right, float lower, int count, float* to);
};

// Constants, so that no code of another instruction set runs to make them.
extern const StoredStateLoops kStoredStateC, kStoredStateAvx2, kStoredStateAvx512;

struct StoredStateVariant {
  std::string_view name;
  const StoredStateLoops* loops;
  bool available;  ///< on this CPU
};

/// Plain C++ first, then faster and faster; all give the same bits.
DAE_API std::span<const StoredStateVariant> stored_state_variants() noexcept;
/// The fastest that is available.
const StoredStateLoops& stored_state_loops() noexcept;

}  // namespace denoiseae
