// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "noise/estimation/noise_map_state.h"

namespace denoiseae {

/// Estimates the noise of each frame of a stream with a network of the architecture noise_map. Not
/// thread-safe.
class NoiseMapper final : private RowSource, private RowSink {
 public:
  /// packed: the shape of the packed planes of a frame, with even height and width. model: must
  /// outlive the object. Allocates all memory. Throws bad_alloc.
  NoiseMapper(const TensorView& packed, const detail::ModelData& model);

  /// Returns the shape of the network's input, without data. The engine is made for it.
  static TensorView network_input(const TensorView& packed, const detail::ModelData& model);

  /// Estimates the noise of a frame. frames: of the size of the packed planes; height and width are
  /// not read. Throws as Engine::run does.
  void update(const NoisyFrames& frames, Engine& engine);

  const NoiseMapState& state() const { return state_; }
  /// Goes on with the map of another stream of frames of this size.
  void take_past(NoiseMapper& from) noexcept { std::swap(state_, from.state_); }
  void reset() noexcept { state_.reset(); }
  std::int64_t memory_bytes() const {
    return state_.memory_bytes() + static_cast<std::int64_t>(values_.size() * sizeof(float));
  }

 private:
  void read_input(int first_row, const TensorView& rows) override;
  void write_output(int first_row, const TensorView& input, const TensorView& output) override;

  std::vector<float> values_;
  TensorView map_;      ///< the output of the network, in values_
  NoisyFrames frames_;  ///< the frames of this update
  NoiseMapState state_;
};

}  // namespace denoiseae
