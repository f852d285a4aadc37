// SPDX-License-Identifier: LGPL-2.1-or-later
// The steps of quantised activations, which depend on the noise of the frame.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace denoiseae {

/// The value of one step of each quantised activation, by the name of its scale.
using Scales = std::map<std::string, float>;

/// Scales for frames with no more noise than a level. Most activations grow with the noise, and
/// steps that hold those of strong noise are too coarse for what is left where there is little.
struct ScaleSet {
  Scales scales;
  /// Bounds the levels that the network is told for a frame, in 8-bit codes.
  double highest_level = std::numeric_limits<double>::infinity();

  bool operator==(const ScaleSet&) const = default;
};

/// From weak noise to strong. The last set has no bound. Empty: there is
/// no int8 form.
using ScaleSets = std::vector<ScaleSet>;

/// Returns the set for all levels.
inline ScaleSets one_scale_set(Scales scales) {
  if (scales.empty()) return {};
  ScaleSet set;
  set.scales = std::move(scales);
  return {set};
}

/// sets: at least one. Returns the index of the set for frames whose largest level is this. A level
/// that is no number may be any.
inline std::size_t scale_set_for(const ScaleSets& sets, double level) {
  const auto found = std::find_if(sets.begin(), sets.end() - 1, [level](const ScaleSet& set) {
    return level <= set.highest_level;
  });
  return static_cast<std::size_t>(found - sets.begin());
}

}  // namespace denoiseae
