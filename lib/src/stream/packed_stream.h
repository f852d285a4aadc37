// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>
#include <denoiseae/export.h>

#include <cstdint>
#include <optional>

#include "engine/engine.h"
#include "frame/frame_codes.h"
#include "frame/packed_frames.h"
#include "stream/noise_levels.h"
#include "temporal/recurrent_state.h"

namespace denoiseae {

/// A stream of frames through a network of the representation packed_yuv420: how noisy each frame
/// is, how it has moved, and the recurrent state. Not thread-safe.
class DAE_API PackedStream final : private RowSource, private RowSink {
 public:
  /// packed: the shape of the network's input for frames of this format and size. model: must
  /// outlive the stream. Allocates all memory. Throws bad_alloc.
  PackedStream(PixelFormat format, int width, int height, const TensorView& packed,
               const detail::ModelData& model);

  /// Denoises the next frame, which frames holds. Throws as Engine::run does.
  void run(PackedFrames& frames, const DenoiseSettings& settings, Engine& engine);

  /// Forgets the recurrent state, but not the noise.
  void forget() noexcept;
  /// Forgets both.
  void reset() noexcept;

  double estimated_noise_level() const noexcept { return levels_.estimated_level(); }
  /// Mean effective number of frames in the state; 1 without one.
  double history() const noexcept { return state_ ? state_->mean_frames() : 1; }
  std::int64_t memory_bytes() const {
    return codes_.memory_bytes() + (state_ ? state_->memory_bytes() : 0);
  }

 private:
  /// The pass over the whole frame that comes before its rows: motion, then noise.
  void prepare(const DenoiseSettings& settings, ThreadPool* pool);

  void read_input(int first_row, const TensorView& rows) override;
  void read_state(int first_row, const TensorView& rows) override;
  void write_state(int first_row, const TensorView& rows) override;
  void write_output(int first_row, const TensorView& input, const TensorView& output) override;

  const detail::ModelData& model_;
  FrameCodes codes_;
  NoiseLevels levels_;
  std::optional<RecurrentState> state_;
  PackedFrames* frames_ = nullptr;  ///< during run
  NoiseFloor noise_floor_;          ///< of this frame
};

}  // namespace denoiseae
