// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>

#include <cstdint>
#include <memory>

#include "engine/engine.h"

namespace denoiseae {

/// The frames of one stream, of one format and size, on their way through a network. Not
/// thread-safe.
class FrameStream {
 public:
  virtual ~FrameStream() = default;
  /// Denoises the next frame. in and out: of the stream's format and size; may be the same memory.
  /// Throws as Engine::run does.
  virtual void run(const ConstFrameView& in, const FrameView& out, const DenoiseSettings& settings,
                   Engine& engine) = 0;
  /// Forgets what the next frame is compared with, but not the noise.
  virtual void forget() noexcept {}
  /// Forgets everything.
  virtual void reset() noexcept {}
  /// As in Denoiser.
  virtual double estimated_noise_level() const noexcept { return -1; }
  virtual double history() const noexcept { return 1; }
  virtual std::int64_t memory_bytes() const = 0;
};

/// The shape of a network's input for frames of a size, without memory.
DAE_API TensorView network_input(const detail::ModelData& model, int width, int height);

/// model: must outlive the stream. Allocates all memory. Throws bad_alloc.
DAE_API std::unique_ptr<FrameStream> make_frame_stream(const detail::ModelData& model,
                                                       PixelFormat format, int width, int height);

}  // namespace denoiseae
