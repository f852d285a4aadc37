// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>
#include <denoiseae/export.h>

#include <cstdint>
#include <optional>

#include "frame/frame_luma.h"
#include "frame/packed_frame.h"
#include "layout/noise_floor.h"
#include "layout/tensor_view.h"
#include "noise/estimation/estimate.h"
#include "temporal/recurrent_state.h"

namespace denoiseae {

/// What a network of the domain packed_yuv420 is told about each frame of a stream besides its
/// samples: how noisy it is, and the past. Not thread-safe.
class DAE_API PackedStream {
 public:
  /// width, height: of the frames. planes: the shape of the network's input. has_state: of the
  /// network. Allocates everything. Throws bad_alloc.
  PackedStream(int width, int height, const TensorView& planes, bool has_state);

  /// For the run on a frame: fills the noise levels of planes and returns the past, empty for
  /// networks without one. planes: holds the samples of frame. A level is estimated, if settings
  /// ask for it, on what the network sees: the planes, where those are not the samples of frame.
  /// pool: null for the calling thread alone.
  StateView prepare(const ConstFrameView& frame, const DenoiseSettings& settings,
                    const TensorView& planes, ThreadPool* pool = nullptr);
  /// The same for rows that are packed later. Of formats whose first component is luma.
  void prepare_rows(const ConstFrameView& frame, const DenoiseSettings& settings,
                    ThreadPool* pool = nullptr);
  /// Then, by any threads: fills the noise levels of packed rows, an even number of them except at
  /// the end; fills rows of the past; keeps rows of the next one.
  void fill_levels(const TensorView& rows) const;
  void read_state(int first_row, const TensorView& rows) { past_->read(first_row, rows); }
  void write_state(int first_row, const TensorView& rows) { past_->write(first_row, rows); }

  /// After the run: what it wrote is the past now.
  void keep();

  /// Forgets the past, not the noise.
  void forget() noexcept;
  void reset() noexcept;

  /// Of the colour planes of the last frame in 8-bit code values, as the network was told.
  double chroma_level() const noexcept { return chroma_level_; }
  /// Last estimate in 8-bit code values, of luma; of RGB frames that of each component, which share
  /// what neighbours share and nothing else. Negative until a frame was estimated.
  double estimated_noise_level() const noexcept { return estimator_.level() / frame_gain_; }
  /// That of a network, in its last frame. It is known of noise that neighbours do not share; of
  /// the luma of other noise networks take too little, and it stays out.
  NoiseFloor noise_floor(const NoiseFloor& of_network) const noexcept;
  /// Mean effective number of frames in the past, 1 without one.
  double history() const noexcept { return past_ ? past_->mean_frames() : 1; }
  std::int64_t memory_bytes() const {
    return luma_.memory_bytes() + seen_.memory_bytes() + (past_ ? past_->memory_bytes() : 0);
  }

 private:
  /// What the network is told of one component.
  struct Level {
    bool blind = false;
    double sigma_8bit = 0;  ///< if not blind
    double gain = 1;        ///< on the estimated curve
  };

  /// seen: what levels are estimated on, of a frame of such a format.
  template <typename Search>
  void find_levels(const ConstFrameView& seen, const FormatInfo& format,
                   const DenoiseSettings& settings, ThreadPool* pool, const Search& search);
  void fill(const TensorView& planes, int channel, const Level& level, ThreadPool* pool) const;

  NoiseEstimator estimator_;
  std::optional<RecurrentState> past_;
  FrameLuma luma_;
  PackedFrame seen_;
  double frame_gain_ = 1;  ///< luma's noise by that of a frame's components
  Level luma_noise_;
  Level chroma_noise_;
  double chroma_level_ = 0;
};

}  // namespace denoiseae
