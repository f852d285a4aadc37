// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes the denoisers of a stream, in the streaming thread or beside it.
#pragma once

#include <denoiseae/denoiser.h>
#include <gst/video/video.h>

#include <functional>
#include <future>
#include <memory>
#include <string>

#include "gstdenoisermodels.h"
#include "gstdenoiserstream.h"
#include "gstmodelchoice.h"

/* All that the denoisers of a stream are made from. */
struct GstDaeStreamSetup {
  GstVideoInfo info;
  denoiseae::EngineOptions engine;
  denoiseae::DenoiseSettings denoise; /* for frames that are timed */
  denoiseae::LogCallback log;
};

struct GstDaePreparedStream {
  GstDaeDenoiserModels models;
  GstDaeModelChoice choice;
  GstDaeDenoiserStream stream; /* runs the model that was chosen */
};

/* Makes a stream that is configured. Where there are several models, takes the
 * time of each one and chooses. Throws as GstDaeDenoiserStream::configure
 * does. */
GstDaePreparedStream gst_dae_prepare_stream (const GstDaeDenoiserModels& models,
                                             const GstDaeStreamSetup& setup);

/* Makes the stream of the model that a choice wants. */
GstDaePreparedStream gst_dae_prepare_wanted_stream (
    const GstDaeDenoiserModels& models, const GstDaeModelChoice& choice,
    const GstDaeStreamSetup& setup);

/* A stream that is made by a thread of its own while another one plays. */
class GstDaeModelChange {
 public:
  using Make = std::function<GstDaePreparedStream ()>;

  /* value: that of the property "model" for which it is made. */
  GstDaeModelChange (std::string value, Make make);
  /* Waits for the thread. */
  ~GstDaeModelChange ();
  GstDaeModelChange (const GstDaeModelChange&) = delete;
  GstDaeModelChange& operator= (const GstDaeModelChange&) = delete;

  const std::string&
  value () const {
    return value_;
  }
  bool is_ready () const;
  /* Throws what make has thrown. Called once, when it is ready. */
  GstDaePreparedStream
  take () {
    return result_.get ();
  }

 private:
  std::string value_;
  std::packaged_task<GstDaePreparedStream ()> task_;
  std::future<GstDaePreparedStream> result_;
  GThread* thread_;
};
