// SPDX-License-Identifier: LGPL-2.1-or-later
// Interpolates blocks of samples between the samples of a plane, with six taps along both axes.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace denoiseae {

inline constexpr int kTaps = 6;
inline constexpr int kInterpolatedSide = 16;
/// Side of the square of samples that one block is made of.
inline constexpr int kInterpolationSide = kInterpolatedSide + kTaps - 1;

/// Computes to[y][x] = sum over i and k of down[i] across[k] from[y + i][x + k] for a square of
/// kInterpolatedSide samples, along x first. from: kInterpolationSide rows, stride floats apart.
/// to: rows without padding. across, down: kTaps weights.
using Interpolate = void(const float* from, std::ptrdiff_t stride, const float* across,
                         const float* down, float* to);

Interpolate interpolate_c, interpolate_avx2, interpolate_avx512;

struct InterpolateVariant {
  std::string_view name;
  Interpolate* interpolate;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
std::span<const InterpolateVariant> interpolate_variants() noexcept;
/// Returns the fastest available variant.
const InterpolateVariant& best_interpolate() noexcept;

}  // namespace denoiseae
