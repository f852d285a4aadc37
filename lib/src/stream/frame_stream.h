// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>

#include <cstdint>
#include <memory>

#include "engine/engine.h"
#include "noise/estimation/block_levels.h"

namespace denoiseae {

/// The engines that run the networks of a stream. The second uses the threads of the first.
struct StreamEngines {
  std::unique_ptr<Engine> denoiser;
  std::unique_ptr<Engine> noise_map;  ///< null for models without a network that estimates noise
  ProgressCallback progress;          ///< may be empty

  /// Runs the denoiser, and reports its progress. rows: of its output.
  void run(RowSource& source, RowSink& sink, int rows) const;
  std::int64_t memory_bytes() const;
};

/// Makes the engines of a model for frames of a size. Throws as make_engine does.
StreamEngines make_stream_engines(const detail::ModelData& model, int width, int height,
                                  const EngineOptions& options);

/// Takes the frames of one stream, which have one format and size, through a network. Not
/// thread-safe.
class FrameStream {
 public:
  virtual ~FrameStream() = default;
  /// Denoises the next frame. in, out: frames of the stream's format and size, which may be the
  /// same memory. Throws as Engine::run does.
  virtual void run(const ConstFrameView& in, const FrameView& out, const DenoiseSettings& settings,
                   const StreamEngines& engines) = 0;
  /// Resets the recurrent state, but keeps the estimate of the noise.
  virtual void forget() noexcept {}
  /// Resets the recurrent state and the estimate of the noise.
  virtual void reset() noexcept {}
  /// Takes over the recurrent state and the estimate of the noise of a stream of the same format
  /// and size, as far as both streams keep the same. The other one is to be reset then. Called
  /// after reset.
  virtual void take_past(FrameStream& /*from*/) noexcept {}
  /// Returns the noise levels of the blocks of the last frame; null where they were not estimated
  /// so.
  virtual const BlockLevels* block_levels() const noexcept { return nullptr; }
  /// These return the same as the functions of Denoiser with their names.
  virtual double estimated_noise_level() const noexcept { return -1; }
  virtual double history() const noexcept { return 1; }
  virtual std::int64_t memory_bytes() const = 0;
};

/// Returns the shape of a network's input for frames of a size. It has no data.
TensorView network_input(const detail::ModelData& model, int width, int height);

/// Makes the stream that suits the network. model: must outlive the stream. Allocates all memory.
/// Throws bad_alloc.
std::unique_ptr<FrameStream> make_frame_stream(const detail::ModelData& model, PixelFormat format,
                                               int width, int height);

}  // namespace denoiseae
