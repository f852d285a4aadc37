// SPDX-License-Identifier: LGPL-2.1-or-later
// Blocks of samples between the samples of a plane: six taps along both axes.
#pragma once

#include <denoiseae/export.h>

#include <cstddef>
#include <span>
#include <string_view>

namespace denoiseae {

inline constexpr int kTaps = 6;
inline constexpr int kInterpolatedSide = 16;
/// Samples along each side of what one block is made of.
inline constexpr int kInterpolationSide = kInterpolatedSide + kTaps - 1;

/// to[y][x] = sum over i and k of down[i] across[k] from[y + i][x + k], kInterpolatedSide samples
/// along each side; along x first. from: kInterpolationSide rows, stride floats apart. to: no
/// padding. across, down: kTaps weights.
using Interpolate = void(const float* from, std::ptrdiff_t stride, const float* across,
                         const float* down, float* to);

Interpolate interpolate_c, interpolate_avx2, interpolate_avx512;

struct InterpolateVariant {
  std::string_view name;
  Interpolate* interpolate;
  bool available;  ///< on this CPU
};

/// Plain C++ first, then faster and faster; all give the same bits.
DAE_API std::span<const InterpolateVariant> interpolate_variants() noexcept;
/// The fastest that is available.
const InterpolateVariant& best_interpolate() noexcept;

}  // namespace denoiseae
