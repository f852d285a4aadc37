// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "frame/frame_codes.h"
#include "frame/packed_frames.h"
#include "noise/conditioning/motion_gains.h"
#include "stream/frame_stream.h"
#include "stream/noise_levels.h"
#include "stream/noise_mapper.h"
#include "temporal/recurrent_state.h"

namespace denoiseae {

/// Takes a stream of frames through a network of the representation packed_yuv420: finds out how
/// noisy each frame is and how it has moved, and keeps the recurrent state. Not thread-safe.
class PackedStream final : private RowSource, private RowSink {
 public:
  /// packed: the shape of the network's input for frames of this size. model: must outlive the
  /// stream. Allocates all memory. Throws bad_alloc.
  PackedStream(PixelFormat format, int width, int height, const TensorView& packed,
               const detail::ModelData& model);

  /// Denoises the next frame, which stands in frames. Throws as Engine::run does.
  void run(PackedFrames& frames, const DenoiseSettings& settings, const StreamEngines& engines);

  /// Resets the recurrent state, but keeps the estimate of the noise.
  void forget() noexcept;
  /// Resets the recurrent state and the estimate of the noise.
  void reset() noexcept;

  /// Takes over what another stream of frames of this format and size knows of the past: the level
  /// of the noise, and all else where the packed planes have one size. The other one is to be reset
  /// then.
  void take_past(PackedStream& from) noexcept;

  const BlockLevels* block_levels() const noexcept { return levels_.map(); }
  double estimated_noise_level() const noexcept { return levels_.estimated_level(); }
  /// Returns the mean effective number of frames in the state, or 1 for networks without one.
  double history() const noexcept { return state_ ? state_->mean_frames() : 1; }
  std::int64_t memory_bytes() const {
    return codes_.memory_bytes() + gains_.memory_bytes() + (state_ ? state_->memory_bytes() : 0) +
           (mapper_ ? mapper_->memory_bytes() : 0);
  }

 private:
  /// Passes over the whole frame before its rows are run: searches its motion, then decides on its
  /// noise levels.
  void prepare(const DenoiseSettings& settings, const StreamEngines& engines);

  void update_map(const MotionField* motion, Engine& engine);

  void read_input(int first_row, const TensorView& rows) override;
  void read_state(int first_row, const TensorView& rows) override;
  void write_state(int first_row, const TensorView& rows) override;
  void write_output(int first_row, const TensorView& input, const TensorView& output) override;

  const detail::ModelData& model_;
  const int rows_;  ///< the height of the packed planes
  FrameCodes codes_;
  NoiseLevels levels_;
  std::optional<NoiseMapper> mapper_;      ///< only for models that estimate noise
  std::unique_ptr<RecurrentState> state_;  ///< null for networks without a state
  MotionGains gains_;
  PackedFrames* frames_ = nullptr;  ///< holds the frame while run lasts
  NoiseFloor noise_floor_;          ///< the network's, for this frame
  bool restores_clipped_ = false;   ///< whether this frame may have clipped noise
};

}  // namespace denoiseae
