// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the stored recurrent state (kernels/stored_state/stored_state.h) along a vector that leads
// between luma samples: luma is interpolated with six taps along both axes, all else between four
// positions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/interpolate/interpolate.h"

namespace denoiseae {

/// Tells where positions come from along one axis. Each lies between its own counterpart in the
/// state, the second of four positions in a row, and the third.
struct WarpAxis {
  /// The weights of kTaps luma samples, or null where luma is not interpolated: the third of the
  /// samples is taken then.
  const float* taps = nullptr;
  /// Whether the samples begin with the second one of the first position, and not with its first.
  bool is_odd = false;
  /// The weight of the third position.
  float second_weight = 0;
};

struct WarpSource {
  /// The first of the four positions along both axes for the first position of the result.
  const std::int16_t* from;
  std::ptrdiff_t row_values;
  WarpAxis across;
  WarpAxis down;
};

/// The largest height.
inline constexpr int kMaxWarpRows = 8;

/// Writes a rectangle of positions, whose rows are row_values apart. It reads three positions more
/// than that along both axes.
using WarpBetween = void(const WarpSource& source, int width, int height, float* out,
                         std::ptrdiff_t row_values);

WarpBetween warp_between_c, warp_between_avx2;

struct WarpBetweenVariant {
  std::string_view name;
  WarpBetween* warp;
  bool available;  ///< whether this CPU has the instructions
};

/// Returns all variants from plain C++ to the fastest one. All compute the same to the bit.
std::span<const WarpBetweenVariant> warp_between_variants() noexcept;
/// Returns the fastest available variant.
WarpBetween* best_warp_between() noexcept;

}  // namespace denoiseae
