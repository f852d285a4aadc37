// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "noise/synthesis/random.h"

namespace denoiseae {

/// Draws the random choices of one sample. Draw one in each argument list at most: compilers
/// evaluate arguments in orders of their own, and a seed shall give the same sample everywhere.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : random_(seed) {}
  std::uint64_t next() { return random_.next(); }
  double uniform(double low, double high) { return low + (high - low) * random_.uniform(); }
  bool chance(double probability) { return random_.uniform() < probability; }
  /// Returns 0 ... count - 1.
  int below(int count) { return static_cast<int>(random_.uniform() * count); }
  /// Returns a whole number, low ... high.
  int between(int low, int high) { return low + below(high - low + 1); }
  /// Returns an index into shares that were summed up; the last sum is 1.
  std::size_t pick(const std::vector<double>& running_share) {
    const auto it = std::upper_bound(running_share.begin(), running_share.end(), random_.uniform());
    return std::min(static_cast<std::size_t>(it - running_share.begin()), running_share.size() - 1);
  }

 private:
  Random random_;
};

}  // namespace denoiseae
