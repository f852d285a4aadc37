// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>

#include <array>
#include <memory>
#include <optional>

#include "av.h"
#include "decoder.h"

namespace command {

/// Says what is done with each frame.
struct DenoiseOptions {
  std::shared_ptr<const denoiseae::Model> model;
  denoiseae::EngineOptions engine;
  denoiseae::DenoiseSettings settings;
  double sharpen = 0;
};

/// Denoises the frames of one film, which have one format and size. The fields of interlaced frames
/// are two streams of their own, as they were recorded one after the other.
class FilmDenoiser {
 public:
  explicit FilmDenoiser(DenoiseOptions options);

  /// Returns the denoised frame with all properties of the frame. Throws denoiseae::Error.
  FramePtr process(const Picture& picture);
  /// The mean over the fields in 8-bit code values; negative until a frame was estimated.
  double estimated_noise_level() const;

 private:
  enum Stream { kFrames, kTopFields, kBottomFields, kStreams };

  void process(Stream stream, const denoiseae::ConstFrameView& in, const denoiseae::FrameView& out,
               const denoiseae::DenoiseSettings& settings);

  DenoiseOptions options_;
  std::array<std::optional<denoiseae::Denoiser>, kStreams> denoisers_;
};

}  // namespace command
