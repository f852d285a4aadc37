// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstpreparedstream.h"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "gstframetime.h"

static GstDaeDenoiserStream
configured_stream (const GstDaeDenoiserModels& models, gsize index,
                   const GstDaeStreamSetup& setup) {
  GstDaeDenoiserStream stream (models.models ()[index], setup.engine,
                               setup.log);

  stream.configure (&setup.info);
  return stream;
}

GstDaePreparedStream
gst_dae_prepare_stream (const GstDaeDenoiserModels& models,
                        const GstDaeStreamSetup& setup) {
  const GstClockTime duration = gst_dae_buffer_duration (&setup.info);
  const gsize count = models.models ().size ();
  std::vector<GstClockTime> times;
  std::optional<GstDaeDenoiserStream> best;

  if (!models.is_automatic () || duration == 0)
    return {models, GstDaeModelChoice (),
            configured_stream (models, models.usual (), setup)};
  for (gsize i = 0; i < count; ++i) {
    GstDaeDenoiserStream stream = configured_stream (models, i, setup);
    times.push_back (
        gst_dae_measure_frame_time (stream, &setup.info, setup.denoise));
    if (GstDaeModelChoice (times, i + 1, duration).index () == i)
      best = std::move (stream);
    else
      break;
  }
  return {models, GstDaeModelChoice (times, count, duration),
          std::move (*best)};
}

GstDaePreparedStream
gst_dae_prepare_wanted_stream (const GstDaeDenoiserModels& models,
                               const GstDaeModelChoice& choice,
                               const GstDaeStreamSetup& setup) {
  return {models, choice, configured_stream (models, choice.wanted (), setup)};
}

static gpointer
run_task (gpointer task) {
  (*static_cast<std::packaged_task<GstDaePreparedStream ()>*> (task)) ();
  return NULL;
}

GstDaeModelChange::GstDaeModelChange (std::string value, Make make)
    : value_ (std::move (value)),
      task_ (std::move (make)),
      result_ (task_.get_future ()),
      thread_ (g_thread_new ("denoiseae-load", run_task, &task_)) {}

GstDaeModelChange::~GstDaeModelChange () { g_thread_join (thread_); }

bool
GstDaeModelChange::is_ready () const {
  return result_.wait_for (std::chrono::seconds (0)) ==
         std::future_status::ready;
}
