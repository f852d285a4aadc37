// SPDX-License-Identifier: LGPL-2.1-or-later
// The recurrent state of a stream as it is stored from frame to frame, in whole numbers of 16 bits.
// They take half as much memory as floats to write and to read again.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace denoiseae {

/// The value that a stored 1 stands for. Values reach from -2 to below 2 in steps of a 64th of an
/// 8-bit code.
inline constexpr float kStoredUnit = 1.0f / 16384;

struct StoredStateLoops {
  /// Stores values. It rounds to nearest, ties to even, and clamps.
  void (*store)(const float* from, int count, std::int16_t* to);
  /// Converts stored values to floats.
  void (*restore)(const std::int16_t* from, int count, float* to);
  /// Computes the means of four rows.
  void (*mean)(const std::int16_t* a, const std::int16_t* b, const std::int16_t* c,
               const std::int16_t* d, int count, float* to);
  /// Interpolates between four rows, as bilinear in motion/half_position.h.
  void (*between)(const std::int16_t* a, const std::int16_t* b, const std::int16_t* c,
                  const std::int16_t* d, float right, float lower, int count, float* to);
};

// These are constants, because code that made them at run time would use instructions that a CPU
// may lack.
extern const StoredStateLoops kStoredStateC, kStoredStateAvx2, kStoredStateAvx512;

struct StoredStateVariant {
  std::string_view name;
  const StoredStateLoops* loops;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
std::span<const StoredStateVariant> stored_state_variants() noexcept;
/// Returns the fastest available variant.
const StoredStateLoops& stored_state_loops() noexcept;

}  // namespace denoiseae
