// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstdenoiserstream.h"

#include <algorithm>
#include <utility>

GstDaeDenoiserStream::GstDaeDenoiserStream (
    std::shared_ptr<const denoiseae::Model> model,
    denoiseae::EngineOptions options, denoiseae::LogCallback log)
    : model_ (std::move (model)),
      options_ (std::move (options)),
      log_ (std::move (log)) {
  /* Weights that no denoiser takes are refused before there are frames. */
  denoiseae::Denoiser ().load (model_);
}

void
GstDaeDenoiserStream::add (int picture, denoiseae::PixelFormat format,
                           int width, int height) {
  denoiseae::Denoiser denoiser (log_);
  denoiser.load (model_);
  denoiser.configure (format, width, height, options_);
  denoisers_[picture] = std::move (denoiser);
}

void
GstDaeDenoiserStream::configure (const GstVideoInfo* info) {
  const denoiseae::PixelFormat format = gst_dae_pixel_format (info).value ();
  const GstVideoInterlaceMode mode = GST_VIDEO_INFO_INTERLACE_MODE (info);
  const int width = GST_VIDEO_INFO_WIDTH (info);
  const int height = GST_VIDEO_INFO_HEIGHT (info);

  unconfigure ();
  try {
    const bool alternate = mode == GST_VIDEO_INTERLACE_MODE_ALTERNATE;
    if (mode == GST_VIDEO_INTERLACE_MODE_PROGRESSIVE ||
        mode == GST_VIDEO_INTERLACE_MODE_MIXED || (height < 2 && !alternate))
      add (0, format, width, height);
    if (mode != GST_VIDEO_INTERLACE_MODE_PROGRESSIVE &&
        (height >= 2 || alternate)) {
      add (1, format, width, (height + 1) / 2);
      add (2, format, width, std::max (height / 2, 1));
    }
  } catch (...) {
    unconfigure ();
    throw;
  }
}

bool
GstDaeDenoiserStream::configured () const {
  return std::any_of (denoisers_.begin (), denoisers_.end (),
                      [] (const auto& d) { return d.has_value (); });
}

void
GstDaeDenoiserStream::take_past (GstDaeDenoiserStream& from) {
  for (gsize i = 0; i < denoisers_.size (); ++i)
    if (denoisers_[i] && from.denoisers_[i])
      denoisers_[i]->take_past (*from.denoisers_[i]);
}

const std::string&
GstDaeDenoiserStream::model_name () const {
  return model_->info ().name;
}

void
GstDaeDenoiserStream::process (const GstDaeFramePair& frames,
                               const denoiseae::DenoiseSettings& settings) {
  try {
    gst_dae_for_each_picture (
        frames, [&] (int picture, const denoiseae::ConstFrameView& in,
                     const denoiseae::FrameView& out) {
          denoisers_[picture].value ().process (in, out, settings);
        });
  } catch (...) {
    reset ();
    throw;
  }
}

void
GstDaeDenoiserStream::reset () noexcept {
  for (auto& denoiser : denoisers_)
    if (denoiser) denoiser->reset ();
}

double
GstDaeDenoiserStream::estimated_noise_level () const {
  double sum = 0;
  int count = 0;

  for (const auto& denoiser : denoisers_) {
    if (!denoiser || denoiser->estimated_noise_level () < 0) continue;
    sum += denoiser->estimated_noise_level ();
    ++count;
  }
  return count > 0 ? sum / count : -1;
}

double
GstDaeDenoiserStream::history () const {
  double sum = 0;
  int count = 0;

  for (const auto& denoiser : denoisers_) {
    if (!denoiser) continue;
    sum += denoiser->history ();
    ++count;
  }
  return count > 0 ? sum / count : 1;
}

denoiseae::DenoiserInfo
GstDaeDenoiserStream::info () const {
  denoiseae::DenoiserInfo all;
  gint64 memory_bytes = 0;

  for (const auto& denoiser : denoisers_) {
    if (!denoiser) continue;
    all = denoiser->info ();
    memory_bytes += all.memory_bytes;
  }
  all.memory_bytes = memory_bytes;
  return all;
}
