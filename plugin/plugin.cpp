// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/gst.h>

#include "gstaddnoise.h"
#include "gstdenoiseae.h"
#include "gstpresetfolder.h"
#include "gstsharpen3x3.h"

static gboolean
plugin_init (GstPlugin* plugin) {
  gboolean registered = GST_ELEMENT_REGISTER (denoiseae, plugin);
  registered |= GST_ELEMENT_REGISTER (sharpen3x3, plugin);
  registered |= GST_ELEMENT_REGISTER (addnoise, plugin);
  gst_dae_offer_presets ();
  return registered;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, denoiseae,
                   "Denoises video with a learned autoencoder", plugin_init,
                   VERSION, "LGPL", PACKAGE, "Unknown package origin")
