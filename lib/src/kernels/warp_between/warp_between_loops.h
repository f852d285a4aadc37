// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of all variants, which compute with the vectors of an instruction set. A
// vector holds all channels of a position. The samples between two positions are put together by a
// shuffle of both, so that each tap is a multiplication of whole vectors.
#pragma once

#include <algorithm>

#include "kernels/stored_state/stored_state.h"
#include "kernels/warp_between/warp_between.h"
#include "layout/state_layout.h"

namespace denoiseae {
namespace {

/// The weights of an axis, each in all lanes.
template <typename Vectors>
struct AxisWeights {
  using Vector = typename Vectors::Vector;
  Vector taps[kTaps];
  Vector second;

  explicit AxisWeights(const WarpAxis& axis) : second(Vectors::broadcast(axis.second_weight)) {
    for (int tap = 0; tap < kTaps; ++tap)
      taps[tap] = Vectors::broadcast(axis.taps == nullptr ? 0.0f : axis.taps[tap]);
  }
};

/// Tells how an axis treats luma.
enum class LumaPhase { whole_even, whole_odd, between_even, between_odd };

/// Luma between that of four positions or rows in a row. own: returns one of them. between: returns
/// the samples between one of them and the next one.
template <typename Vectors, LumaPhase kPhase, typename Own, typename Between>
[[gnu::always_inline]] inline typename Vectors::Vector interpolate_luma(
    const AxisWeights<Vectors>& weights, const Own& own, const Between& between) {
  if constexpr (kPhase == LumaPhase::whole_even) return own(1);
  if constexpr (kPhase == LumaPhase::whole_odd) return between(1);
  const auto sample = [&](int i) {
    const int from_even = i + (kPhase == LumaPhase::between_odd ? 1 : 0);
    return from_even % 2 == 0 ? own(from_even / 2) : between(from_even / 2);
  };
  typename Vectors::Vector luma = Vectors::multiply(sample(0), weights.taps[0]);
#pragma GCC unroll 8
  for (int tap = 1; tap < kTaps; ++tap)
    luma = Vectors::add(luma, Vectors::multiply(sample(tap), weights.taps[tap]));
  return luma;
}

/// All else between two positions or rows.
template <typename Vectors>
[[gnu::always_inline]] inline typename Vectors::Vector interpolate_other(
    const AxisWeights<Vectors>& weights, const typename Vectors::Vector& first,
    const typename Vectors::Vector& second) {
  return Vectors::add(first, Vectors::multiply(Vectors::subtract(second, first), weights.second));
}

template <typename Vectors, LumaPhase kPhase, typename Own, typename Between>
[[gnu::always_inline]] inline typename Vectors::Vector interpolate(
    const AxisWeights<Vectors>& weights, const Own& own, const Between& between) {
  return Vectors::join(interpolate_luma<Vectors, kPhase>(weights, own, between),
                       interpolate_other(weights, own(1), own(2)));
}

/// Calls body with the phase of an axis as a constant.
template <typename Body>
inline void with_phase(const WarpAxis& axis, const Body& body) {
  if (axis.taps == nullptr) {
    if (axis.is_odd)
      body.template operator()<LumaPhase::whole_odd>();
    else
      body.template operator()<LumaPhase::whole_even>();
  } else if (axis.is_odd) {
    body.template operator()<LumaPhase::between_odd>();
  } else {
    body.template operator()<LumaPhase::between_even>();
  }
}

/// The samples of this many columns and of all rows stay in the first cache.
inline constexpr int kWarpColumns = 8;
inline constexpr int kMorePositions = 3;

/// Values of a few columns, in rows that are interpolated across.
template <typename Vectors>
struct WarpedRows {
  typename Vectors::Vector own[kMaxWarpRows + kMorePositions][kWarpColumns];
};

template <typename Vectors, LumaPhase kPhase>
inline void warp_across(const WarpSource& source, int first, int columns, int rows,
                        WarpedRows<Vectors>& to) {
  using Vector = typename Vectors::Vector;
  const AxisWeights<Vectors> weights(source.across);
  const std::int16_t* from = source.from + std::ptrdiff_t{first} * kStateChannels;
  for (int y = 0; y < rows; ++y, from += source.row_values) {
    Vector own[kWarpColumns + kMorePositions], between[kWarpColumns + kMorePositions - 1];
    own[0] = Vectors::load(from);
    for (int x = 1; x < columns + kMorePositions; ++x) {
      own[x] = Vectors::load(from + x * kStateChannels);
      between[x - 1] = Vectors::across(own[x - 1], own[x]);
    }
    for (int x = 0; x < columns; ++x)
      to.own[y][x] = interpolate<Vectors, kPhase>(
          weights, [&](int i) { return own[x + i]; }, [&](int i) { return between[x + i]; });
  }
}

template <typename Vectors, LumaPhase kPhase>
inline void warp_down(const WarpSource& source, const WarpedRows<Vectors>& from, int columns,
                      int height, float* out, std::ptrdiff_t row_values) {
  using Vector = typename Vectors::Vector;
  const AxisWeights<Vectors> weights(source.down);
  const Vector unit = Vectors::broadcast(kStoredUnit);
  Vector between[kMaxWarpRows + kMorePositions - 1][kWarpColumns];
  for (int y = 0; y < height + kMorePositions - 1; ++y)
    for (int x = 0; x < columns; ++x)
      between[y][x] = Vectors::down(from.own[y][x], from.own[y + 1][x]);
  for (int y = 0; y < height; ++y, out += row_values) {
    const auto result = [&](int x) {
      return Vectors::multiply(interpolate<Vectors, kPhase>(
                                   weights, [&](int i) { return from.own[y + i][x]; },
                                   [&](int i) { return between[y + i][x]; }),
                               unit);
    };
    for (int x = 0; x < columns; ++x) Vectors::store(result(x), out + x * kStateChannels);
  }
}

/// Vectors has the type Vector and its arithmetic, and:
/// - load and store of all channels of a position,
/// - across(a, b): the right luma samples of a beside the left ones of b,
/// - down(a, b): the lower luma samples of a above the upper ones of b,
/// - join(luma, other): the luma of the first with all else of the second.
template <typename Vectors>
inline void warp_between(const WarpSource& source, int width, int height, float* out,
                         std::ptrdiff_t row_values) {
  for (int first = 0; first < width; first += kWarpColumns) {
    const int columns = std::min(kWarpColumns, width - first);
    WarpedRows<Vectors> rows;
    with_phase(source.across, [&]<LumaPhase kPhase>() {
      warp_across<Vectors, kPhase>(source, first, columns, height + kMorePositions, rows);
    });
    with_phase(source.down, [&]<LumaPhase kPhase>() {
      warp_down<Vectors, kPhase>(source, rows, columns, height,
                                 out + std::ptrdiff_t{first} * kStateChannels, row_values);
    });
  }
}

}  // namespace
}  // namespace denoiseae
