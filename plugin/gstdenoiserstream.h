// SPDX-License-Identifier: LGPL-2.1-or-later
// The denoisers of one stream: one for whole frames, one for top fields and one
// for bottom fields, so that no denoiser sees two fields as one picture. They
// share a model.
#pragma once

#include <denoiseae/denoiser.h>

#include <array>
#include <memory>
#include <optional>

#include "gstvideobridge.h"

class GstDaeDenoiserStream {
 public:
  /* Throws as denoiseae::Denoiser::load does. */
  GstDaeDenoiserStream (std::shared_ptr<const denoiseae::Model> model,
                        denoiseae::EngineOptions options,
                        denoiseae::LogCallback log);

  /* Makes the denoisers that frames of these caps need. Throws as
   * denoiseae::Denoiser::configure does; then the stream is not configured. */
  void configure (const GstVideoInfo* info);
  void
  unconfigure () {
    denoisers_ = {};
  }
  bool configured () const;
  /* Goes on where another configured stream of the same caps stops. */
  void take_past (GstDaeDenoiserStream& from);
  /* The name of the model. */
  const std::string& model_name () const;

  /* Throws as denoiseae::Denoiser::process does, and then forgets the past. */
  void process (const GstDaeFramePair& frames,
                const denoiseae::DenoiseSettings& settings);
  void reset () noexcept;

  /* The mean over the fields; negative until a frame was estimated. */
  double estimated_noise_level () const;
  /* The mean over the fields of denoiseae::Denoiser::history. */
  double history () const;
  /* Describes all denoisers together. The stream has to be configured. */
  denoiseae::DenoiserInfo info () const;

 private:
  void add (int picture, denoiseae::PixelFormat format, int width, int height);

  std::shared_ptr<const denoiseae::Model> model_;
  denoiseae::EngineOptions options_;
  denoiseae::LogCallback log_;
  /* They are for the whole frame, the top and the bottom field. */
  std::array<std::optional<denoiseae::Denoiser>, 3> denoisers_;
};
