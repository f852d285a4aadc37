// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/thread_pool.h>

#include <array>
#include <cstdint>
#include <vector>

#include "layout/noise_map_layout.h"
#include "layout/tensor_view.h"
#include "noise/estimation/block_levels.h"
#include "noise/estimation/even_levels.h"
#include "noise/estimation/noise_features.h"

namespace denoiseae {

/// Averages the noise maps of the frames of a stream along the motion, and evens the average over
/// the picture. The average of a block follows at once where the noise has changed, keeps what it
/// was where a frame is repeated, and begins anew where nothing is known of the frame before. Not
/// thread-safe.
class NoiseMapState {
 public:
  /// rows, columns: the number of blocks. Allocates all memory. Throws bad_alloc.
  NoiseMapState(int rows, int columns);

  /// Takes the map that a network has returned for a frame, rows x columns x kNoiseMapChannels or
  /// larger. pool: null for the calling thread alone.
  void update(const TensorView& map, const NoisyFrames& frames, ThreadPool* pool);
  /// Returns the levels of the last frame. The variance of rounding, 1/12, is not part of them.
  const BlockLevels& levels() const { return levels_; }
  /// Returns the root of the mean variance of luma, and of chroma.
  double luma_level() const;
  double chroma_level() const;
  bool is_known() const { return known_; }
  void reset() noexcept { known_ = false; }
  std::int64_t memory_bytes() const;

 private:
  /// The mean of log2 of a level, and over how many frames it averages.
  struct Mean {
    float log_level = 0;
    float frames = 0;
  };
  using Means = std::array<std::vector<Mean>, kNoiseMapChannels>;
  using LogLevels = std::array<std::vector<float>, kNoiseMapChannels>;

  void update_rows(const TensorView& map, const NoisyFrames& frames, int begin, int end);
  Mean updated(const Mean& before, float log_level) const;

  int rows_;
  int columns_;
  Means now_;
  Means before_;
  std::vector<float> brightness_;  ///< as EvenLevels takes it
  LogLevels log_levels_;           ///< the means of this frame, evened
  EvenLevels even_levels_;
  BlockLevels levels_;
  bool known_ = false;
};

}  // namespace denoiseae
