// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/timing_effects.h"

#include <algorithm>
#include <numeric>

namespace denoiseae {

ShownFrames twice(int frames, Rng& rng) {
  const int phase = rng.below(2);
  ShownFrames shown;
  for (int t = 0; t < frames; ++t) shown.push_back((t + phase) / 2);
  return shown;
}

ShownFrames three_two(int frames, Rng& rng) {
  const int phase = rng.below(5);
  ShownFrames shown;
  for (int t = phase; t < frames + phase; ++t) shown.push_back(t / 5 * 2 + (t % 5 >= 3 ? 1 : 0));
  const int first = shown.front();
  for (int& frame : shown) frame -= first;
  return shown;
}

ShownFrames random_repeats(int frames, Rng& rng) {
  const double share = rng.uniform(0.1, 0.6);
  ShownFrames shown{0};
  while (static_cast<int>(shown.size()) < frames)
    shown.push_back(shown.back() + (rng.chance(share) ? 0 : 1));
  return shown;
}

ShownFrames dropped_frames(int frames, Rng& rng) {
  const double share = rng.uniform(0.15, 0.5);
  int left = kMaxDropped;
  ShownFrames shown{0};
  while (static_cast<int>(shown.size()) < frames) {
    const int dropped = rng.chance(share) ? std::min(left, rng.between(1, 3)) : 0;
    left -= dropped;
    shown.push_back(shown.back() + 1 + dropped);
  }
  return shown;
}

ShownFrames freeze(int frames, Rng& rng) {
  const int stop = rng.below(frames);
  const int length = rng.between(1, std::max(1, frames - 1));
  ShownFrames shown;
  for (int t = 0; t < frames; ++t) shown.push_back(t <= stop ? t : std::max(stop, t - length));
  return shown;
}

}  // namespace denoiseae
